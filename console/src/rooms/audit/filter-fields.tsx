import { Input } from 'antd'
import { useEmptying } from '../../ui/emptying.tsx'

export function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="filter">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  )
}

type TypedProps = {
  readonly label: string
  readonly value: string | undefined
  readonly type: (value: string) => void
}

export function TextField({ label, hint, value, type }: TypedProps & { readonly hint: string }) {
  return (
    <Field label={label}>
      <Input
        allowClear={useEmptying()}
        aria-label={label}
        placeholder={hint}
        maxLength={1024}
        value={value ?? ''}
        onChange={(event) => type(event.target.value)}
      />
    </Field>
  )
}

/** The browser's own date field: the other one is heavy. */
export function DayField({ label, value, type }: TypedProps) {
  return (
    <Field label={label}>
      <Input
        type="date"
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => type(event.target.value)}
      />
    </Field>
  )
}
