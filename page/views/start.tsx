/** Beginning a dialog with somebody by their user id. */
import { addressOf } from '../route.ts'

const begin = (event: SubmitEvent) => {
  event.preventDefault()
  const form = event.currentTarget as HTMLFormElement
  const person = String(new FormData(form).get('person') ?? '').trim()
  if (!person) return
  form.reset()
  location.hash = addressOf(person)
}

export const StartDialog = () => (
  <form class="start" onSubmit={begin}>
    <label class="unseen" for="person">
      User id to write to
    </label>
    <input
      id="person"
      name="person"
      placeholder="Write to someone’s user id"
      maxLength={128}
      autocomplete="off"
      spellcheck={false}
      autocapitalize="off"
    />
    <button type="submit" class="small">
      Open
    </button>
  </form>
)
