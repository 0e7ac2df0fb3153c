import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { changesOf } from './changes.ts'
import type { Template, Wish } from './definition.ts'
import { useUses } from './queries.ts'
import { useTexts } from './texts.ts'

/** What a version changes for the records of the versions before it. */
export function ChangesView({ previous, wish }: { previous: Template; wish: Wish }) {
  const t = useTexts()
  const text = useText()
  const changes = changesOf(previous, wish)
  if (changes.length === 0) return <p>{t('changesNone')}</p>
  return (
    <>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {changes.map((it) => (
          <li key={`${it.kind} ${it.label?.zh} ${it.label?.en}`}>
            <bdi>
              {t(`change.${it.kind}`, { label: it.label === undefined ? '' : text(it.label) })}
            </bdi>
          </li>
        ))}
      </ul>
      <p>{t('requiredNone')}</p>
    </>
  )
}

/** How many identifiers a template has made. */
export function Uses({ template }: { template: Pick<Template, 'prefix' | 'name'> }) {
  const t = useTexts()
  const format = useFormat()
  const uses = useUses(template)
  return typeof uses === 'number' ? t('usedBy', { count: format.number(uses) }) : null
}
