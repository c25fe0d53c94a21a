/** Somebody who is signed in, or has to sign in. */
import type { Account } from '../account.ts'
import { ChatView } from './chat.tsx'
import { SignIn } from './sign-in.tsx'
import { useStore } from './use-store.ts'

export const App = ({ account }: { account: Account }) => {
  const { chat, notice, isNew } = useStore(account.store)
  if (!chat) return <SignIn account={account} notice={notice} />
  return <ChatView key={chat.store.get().me} account={account} chat={chat} isNew={isNew} />
}
