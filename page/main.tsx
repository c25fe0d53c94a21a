/** The page begins. */
import { render } from 'preact'
import { Account } from './account.ts'
import { settingsOf } from './settings.ts'
import { App } from './views/app.tsx'

const root = document.getElementById('app')
if (root) render(<App account={new Account(settingsOf(document, location))} />, root)
