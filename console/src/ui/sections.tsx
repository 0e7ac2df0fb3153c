import type { CSSProperties } from 'react'
import { Go, type Search } from './go.tsx'

export type Section = { readonly key: string; readonly label: string; readonly search: Search }

type SectionsProps = {
  /** Names the list for a screen reader. */
  readonly label: string
  readonly to: string
  readonly sections: readonly Section[]
  readonly current: string
}

/** Parts of a page side by side, each with an address of its own; they break into lines where the screen is narrow. */
export function Sections({ label, to, sections, current }: SectionsProps) {
  return (
    <nav aria-label={label}>
      <ul style={LIST}>
        {sections.map((it) => (
          <li key={it.key}>
            <Go
              to={to}
              search={it.search}
              style={it.key === current ? CURRENT : LINK}
              {...(it.key === current && { 'aria-current': 'page' as const })}
            >
              {it.label}
            </Go>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const LIST: CSSProperties = {
  display: 'flex',
  flexWrap: 'wrap',
  gap: '4px 20px',
  listStyle: 'none',
  margin: '0 0 16px',
  padding: 0,
}
const LINK: CSSProperties = {
  display: 'inline-block',
  paddingBlock: 8,
  color: 'inherit',
  textDecoration: 'none',
  borderBlockEnd: '2px solid transparent',
}
const CURRENT: CSSProperties = {
  ...LINK,
  fontWeight: 600,
  // whole, as in the other: a longhand taken away would leave the colour of the text
  borderBlockEnd: '2px solid var(--ant-color-primary, #1555c0)',
}
