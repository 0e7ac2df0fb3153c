import { useQuery } from '@tanstack/react-query'
import { Descriptions, Tag } from 'antd'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { Coded } from '../../ui/coded.tsx'
import { Colon } from '../../ui/colon.tsx'
import { FIELD_PATHS, type FieldPath, useFieldName } from '../../ui/entry-field-texts.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useTexts } from './texts.ts'

export type Enterprise = Json<paths['/api/v1/enterprises/{id}']['get']['responses']['200']>
export type EnterpriseList = Json<paths['/api/v1/enterprises']['get']['responses']['200']>
export type Listed = EnterpriseList['items'][number]
export type Entry = Enterprise['entry']
export type State = Enterprise['state']
export type Case = Json<
  paths['/api/v1/enterprises/{id}/thread']['get']['responses']['200']
>['items'][number]

const COLOUR: Readonly<Record<State, string>> = {
  applied: 'processing',
  returned: 'warning',
  admitted: 'success',
  suspended: 'default',
  rejected: 'error',
}

export function StateTag({ state }: { state: State }) {
  const t = useTexts()
  return <Tag color={COLOUR[state]}>{t(state)}</Tag>
}

/** What a field of an entry says, as one line of text; empty where it says nothing. */
function fieldOf(entry: Entry, path: FieldPath): string {
  switch (path) {
    case '/uscc':
      return entry.uscc
    case '/name':
      return entry.name
    case '/nameEn':
      return entry.nameEn ?? ''
    case '/legalPerson/name':
      return entry.legalPerson.name
    case '/legalPerson/idNumber':
      return entry.legalPerson.idNumber ?? ''
    case '/region':
      return entry.region.code
    case '/sector':
      return entry.sector.code
    case '/address':
      return entry.address ?? ''
    case '/website':
      return entry.website ?? ''
    case '/contact/name':
      return entry.contact.name
    case '/contact/phone':
      return entry.contact.phone
    case '/contact/email':
      return entry.contact.email
    case '/introduction':
      return entry.introduction ?? ''
    case '/prefixWish':
      return entry.prefixWish ?? ''
    case '/licence':
      return ''
  }
}

function Field({ entry, path }: { entry: Entry; path: FieldPath }) {
  if (path === '/region') return <Coded {...entry.region} />
  if (path === '/sector') return <Coded {...entry.sector} />
  return fieldOf(entry, path)
}

/** An entry, and beside it what a change would make of it. */
export function EntryView({ entry, pending }: { entry: Entry; pending?: Entry | undefined }) {
  const t = useTexts()
  const fieldName = useFieldName()
  const items = FIELD_PATHS.filter(
    (path) =>
      fieldOf(entry, path) !== '' || (pending !== undefined && fieldOf(pending, path) !== ''),
  ).map((path) => {
    const now = fieldOf(entry, path)
    const then = pending === undefined ? now : fieldOf(pending, path)
    return {
      key: path,
      label: fieldName(path),
      children:
        pending === undefined || now === then ? (
          <span {...(path === '/uscc' && { className: 'mono' })}>
            <Field entry={entry} path={path} />
          </span>
        ) : (
          <>
            <del title={t('before')}>
              <Field entry={entry} path={path} />
            </del>{' '}
            <ins title={t('after')}>
              <Field entry={pending} path={path} />
            </ins>
          </>
        ),
    }
  })
  return <Descriptions bordered size="small" column={1} items={items} />
}

/** Every submission and decision, as both sides see it. */
export function Thread({ items }: { items: readonly Case[] }) {
  const t = useTexts()
  const fieldName = useFieldName()
  if (items.length === 0) return <Nothing title={t('threadEmpty')} />
  return (
    <ol className="cards" aria-label={t('thread')}>
      {items.map((it) => (
        <li
          key={it.number}
          style={{
            borderInlineStart: '3px solid var(--ant-color-primary)',
            paddingInlineStart: 12,
          }}
        >
          <div>
            <strong>
              {t(it.by === 'node' ? 'byNode' : 'byEnterprise')} {kindText(t, it.kind)}
            </strong>{' '}
            · <When at={it.at} />
          </div>
          {it.note !== undefined && <p style={{ margin: '4px 0' }}>{it.note}</p>}
          {it.changed !== undefined && it.changed.length > 0 && (
            <p style={{ margin: '4px 0' }}>
              {t('changedFields', { fields: it.changed.map(fieldName).join(', ') })}
            </p>
          )}
          {it.reasons !== undefined && it.reasons.length > 0 && (
            <ul style={{ margin: '4px 0', paddingInlineStart: 18 }}>
              {it.reasons.map((reason) => (
                <li key={reason.path + reason.reason}>
                  <strong>{fieldName(reason.path)}</strong>
                  <Colon />
                  {reason.reason}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  )
}

const KINDS = [
  ...(['applied', 'corrected', 'changed', 'change-requested', 'licence-replaced'] as const),
  ...(['approved', 'returned', 'rejected', 'suspended', 'resumed'] as const),
  ...(['change-approved', 'change-returned', 'change-rejected'] as const),
] as const

function kindText(t: ReturnType<typeof useTexts>, kind: string): string {
  const known = KINDS.find((it) => it === kind)
  return known === undefined ? kind : t(`kind.${known}`)
}

export function useEnterprise(id: string, isPersonal = false) {
  return useQuery({
    queryKey: ['enterprise', id, isPersonal],
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises/{id}', {
          params: { path: { id }, query: { personal: isPersonal } },
        }),
      ),
  })
}

export function useThread(id: string) {
  return useQuery({
    queryKey: ['enterprise', id, 'thread'],
    queryFn: () => answer(api.GET('/api/v1/enterprises/{id}/thread', { params: { path: { id } } })),
  })
}
