/** A labelled input. */

type Properties = {
  name: string
  label: string
  hint?: string
  autocomplete: 'username' | 'given-name' | 'new-password' | 'current-password' | 'off'
  isSecret?: boolean
  required?: boolean
  minLength?: number
}

export const Field = ({ name, label, hint, isSecret = false, ...rest }: Properties) => (
  <div class="field">
    <label for={`field-${name}`}>{label}</label>
    <input
      id={`field-${name}`}
      name={name}
      {...(isSecret && ({ type: 'password' } as const))}
      spellcheck={false}
      autocapitalize="off"
      {...(hint && { 'aria-describedby': `hint-${name}` })}
      {...rest}
    />
    {hint && (
      <p class="hint" id={`hint-${name}`}>
        {hint}
      </p>
    )}
  </div>
)
