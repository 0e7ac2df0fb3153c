import { Form } from 'antd'
import { createContext, type ReactNode, useContext, useId } from 'react'
import type { FieldProblem } from '../../api/problem.ts'

/** What is wrong with the definition, and which of it is to be told already. */
export type Wrong = {
  readonly errors: readonly FieldProblem[]
  readonly isTold: (path: string) => boolean
  readonly touch: (path: string) => void
}

const None: Wrong = { errors: [], isTold: () => false, touch: () => undefined }
export const WrongContext = createContext<Wrong>(None)

/** What to tell at a place: what is wrong there, and within it where nothing stands for that. */
export function useWrong(path: string, isWhole = false): readonly string[] {
  const { errors, isTold } = useContext(WrongContext)
  if (!isTold(path)) return []
  return errors
    .filter((it) => it.path === path || (isWhole && it.path.startsWith(`${path}/`)))
    .map((it) => [it.detail, it.expected].filter(Boolean).join(' — '))
}

type ItemProps = {
  /** JSON Pointer into the definition. */
  readonly path: string
  readonly label: string
  readonly hint?: string | undefined
  readonly isWhole?: boolean
  readonly width?: string
  readonly children: (input: {
    id: string
    'aria-invalid'?: true
    'aria-describedby'?: string
  }) => ReactNode
}

/** One input of the designer with its label, its hint and what is wrong with it. */
export function Item({ path, label, hint, isWhole = false, width, children }: ItemProps) {
  const id = useId()
  const { touch } = useContext(WrongContext)
  const said = useWrong(path, isWhole)
  const isWrong = said.length > 0
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens for what its input does
    <div onBlur={() => touch(path)} style={{ flex: width ?? '1 1 200px', minInlineSize: 0 }}>
      <Form.Item
        label={label}
        htmlFor={id}
        style={{ marginBlockEnd: 12 }}
        {...(hint !== undefined && { extra: hint })}
        {...(isWrong && {
          validateStatus: 'error' as const,
          help: <span id={`${id}-wrong`}>{said.join(' ')}</span>,
        })}
      >
        {children({
          id,
          ...(isWrong && { 'aria-invalid': true, 'aria-describedby': `${id}-wrong` }),
        })}
      </Form.Item>
    </div>
  )
}
