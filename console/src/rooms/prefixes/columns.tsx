import { useFormat } from '../../frame/format.ts'
import type { Column } from '../../ui/records.tsx'
import { Owner, type Prefix, PrefixLink, StateTags } from './parts.tsx'
import { useTexts } from './texts.ts'

/** What lists tell of a prefix. */
export function useColumns(): readonly Column<Prefix>[] {
  const t = useTexts()
  const format = useFormat()
  return [
    { key: 'prefix', title: t('prefix'), show: (it) => <PrefixLink prefix={it.prefix} /> },
    { key: 'state', title: t('state'), show: (it) => <StateTags prefix={it} /> },
    { key: 'owner', title: t('owner'), show: (it) => <Owner prefix={it} /> },
    {
      key: 'identifiers',
      title: t('identifiers'),
      isNumber: true,
      show: (it) => format.number(it.identifiers.total),
    },
    {
      key: 'added',
      title: t('added'),
      isNumber: true,
      show: (it) =>
        it.added === undefined || it.added === 0 ? '0' : `+${format.number(it.added)}`,
    },
    {
      key: 'derived',
      title: t('derived'),
      isNumber: true,
      isMinor: true,
      show: (it) => format.number(it.derived),
    },
  ]
}
