/** Signing in, signing up, or bringing a token. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Account } from '../account.ts'
import { Refused } from '../request.ts'
import { Field } from './field.tsx'

type Way = 'in' | 'up' | 'token'
const WORDS: Record<Way, { title: string; action: string; hint: string }> = {
  in: {
    title: 'Sign in',
    action: 'Sign in',
    hint: 'Use the user id that you got when you signed up.',
  },
  up: { title: 'Create an account', action: 'Sign up', hint: 'You will get a user id to sign in with.' },
  token: {
    title: 'Sign in with a token',
    action: 'Sign in',
    hint: 'A bearer token from your identity provider.',
  },
}

export const SignIn = ({ account, notice }: { account: Account; notice: string }) => {
  const { hasAccounts } = account.settings
  const [way, setWay] = useState<Way>(hasAccounts ? 'in' : 'token')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [way])
  const others = (['in', 'up', 'token'] as const).filter(
    (one) => one !== way && (hasAccounts || one === 'token'),
  )
  return (
    <main class="sign-in">
      <p class="brand">Dialogs</p>
      {notice && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <section class="card" aria-labelledby="way">
        <h1 id="way" tabIndex={-1} ref={heading}>
          {WORDS[way].title}
        </h1>
        <p class="hint">{WORDS[way].hint}</p>
        <SignInForm key={way} account={account} way={way} />
      </section>
      {others.length > 0 && (
        <nav aria-label="Other ways to sign in">
          {others.map((other) => (
            <button key={other} type="button" class="quiet" onClick={() => setWay(other)}>
              {WORDS[other].title}
            </button>
          ))}
        </nav>
      )}
    </main>
  )
}

const begin = (account: Account, way: Way, fields: FormData): Promise<void> => {
  const field = (name: string) => String(fields.get(name) ?? '')
  if (way === 'token') return account.signInWith(field('token'))
  if (way === 'up') return account.signUp(field('first_name'), field('password'))
  return account.signIn(field('id'), field('password'))
}

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Refused)) return 'Something went wrong.'
  if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfterMs / 1_000} seconds.`
  return `${error.message}.`
}

const SignInForm = ({ account, way }: { account: Account; way: Way }) => {
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isBusy) return
    setIsBusy(true)
    setProblem('')
    try {
      await begin(account, way, new FormData(event.currentTarget as HTMLFormElement))
    } catch (error) {
      setProblem(wordsOf(error))
      setIsBusy(false)
    }
  }
  return (
    <form onSubmit={submit} aria-busy={isBusy}>
      {way === 'in' && <Field name="id" label="User id" autocomplete="username" required />}
      {way === 'up' && (
        <Field name="first_name" label="Your name" hint="Others see it." autocomplete="given-name" />
      )}
      {way === 'token' && <Field name="token" label="Token" autocomplete="off" required />}
      {way !== 'token' && (
        <Field
          name="password"
          label="Password"
          isSecret
          {...(way === 'up' && { hint: 'At least 8 characters.', minLength: 8 })}
          autocomplete={way === 'up' ? 'new-password' : 'current-password'}
          required
        />
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'One moment …' : WORDS[way].action}
      </button>
    </form>
  )
}
