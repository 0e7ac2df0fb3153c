import { Card } from 'antd'
import { useId } from 'react'
import { useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Group, placesFor } from './places.ts'
import './support.css'
import { useTexts } from './texts.ts'

/** What can be done in the room, by whoever stands here. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe() ?? null
  return (
    <PageFrame title={t('hub')} lead={t('hubLead')}>
      {placesFor(me).map((it) => (
        <Places key={it.title.en} group={it} />
      ))}
    </PageFrame>
  )
}

function Places({ group }: { group: Group }) {
  const textOf = useText()
  const id = useId()
  return (
    <section aria-labelledby={id} className="support-group">
      <h2 id={id}>{textOf(group.title)}</h2>
      <ul className="support-places">
        {group.places.map(({ path, title, hint }) => (
          <li key={path}>
            <Card size="small">
              <Go to={path} className="support-place">
                {textOf(title)}
              </Go>
              <p>{textOf(hint)}</p>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  )
}
