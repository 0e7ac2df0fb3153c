import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { useSettled } from '../../ui/settled.ts'

export type Checked = Json<
  paths['/api/v1/prefixes/{prefix}/namespace/check']['post']['responses']['200']
>
/** What is saved. */
export type Stored = NonNullable<Checked['stored']>
export type Sample = NonNullable<Checked['sample']>

export const namespaceKey = (prefix: string) => ['namespaces', prefix]

/** The prefix itself: whose it is, and who answers for it. */
export function usePrefix(prefix: string) {
  return useQuery({
    queryKey: ['prefixes', 'plain', prefix],
    queryFn: () =>
      answer(api.GET('/api/v1/prefixes/{prefix}', { params: { path: { prefix }, query: {} } })),
  })
}

/** The namespace that is saved; null where there is none, which is no error. */
export function useNamespace(prefix: string, isAsked: boolean) {
  return useQuery({
    queryKey: namespaceKey(prefix),
    enabled: isAsked,
    queryFn: () => readNamespace(prefix),
  })
}

/** Asked for by a judgement, which tells it: that there is none yet is no error there. */
export async function readNamespace(prefix: string): Promise<Stored | null> {
  return (await check(prefix, { xml: '' })).stored ?? null
}

/** What the node says of a text a moment after it was last changed, and of a sample name. */
export function useCheck(prefix: string, xml: string, suffix: string) {
  const asked = useSettled(JSON.stringify({ xml, ...(suffix !== '' && { suffix }) }))
  return useQuery({
    queryKey: ['namespaces', 'check', prefix, asked, document.documentElement.lang],
    enabled: xml.trim() !== '',
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: () => check(prefix, JSON.parse(asked) as Asked),
  })
}

type Asked = { readonly xml: string; readonly suffix?: string }

export async function check(prefix: string, body: Asked): Promise<Checked> {
  const params = { path: { prefix } }
  return await answer(api.POST('/api/v1/prefixes/{prefix}/namespace/check', { params, body }))
}

/** `was`: what the text was made from, null for nothing. */
export async function putNamespace(prefix: string, xml: string, was: string | null) {
  return await answer(
    api.PUT('/api/v1/prefixes/{prefix}/namespace', {
      params: { path: { prefix } },
      body: { xml, was },
    }),
  )
}

export async function removeNamespace(prefix: string): Promise<void> {
  await answer(api.DELETE('/api/v1/prefixes/{prefix}/namespace', { params: { path: { prefix } } }))
}

/** One record stands for all serial numbers of it. */
export const SERIAL_EXAMPLE = `<namespace>
  <template delimiter="@">
    <foreach>
      <if value="type" test="equals" expression="URL">
        <value data="\${data}?serial=\${extension}"/>
      </if>
      <else>
        <value/>
      </else>
    </foreach>
  </template>
</namespace>
`

export function stopExample(message: string): string {
  return `<namespace>
  <status>inactive</status>
  <statusmsg>${message}</statusmsg>
</namespace>
`
}
