import { useText } from '../../frame/language.ts'
import type { Candidate } from './parts.tsx'

type Reason = Candidate['reasons'][number]

/** Reasons in words; what the engine calls them is small beside, as vectors and bundles spell it. */
export function Reasons({ of, label }: { of: readonly Reason[]; label: string }) {
  const text = useText()
  if (of.length === 0) return <>—</>
  return (
    <ul aria-label={label} style={{ margin: 0, paddingInlineStart: 18, overflowWrap: 'anywhere' }}>
      {of.map(({ code, text: words }) => (
        <li key={code}>
          {text(words)}{' '}
          <small className="mono" style={{ color: 'var(--ant-color-text-secondary)' }}>
            {code}
          </small>
        </li>
      ))}
    </ul>
  )
}
