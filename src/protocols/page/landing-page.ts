import type { Text } from '../../lib/text.ts'
import { html } from './html.ts'
import { type PageFrame, pageOf } from './layout.ts'
import { findForm } from './state-page.ts'
import { TEXTS } from './texts.ts'

export type LandingPage = {
  /** Registered identifiers, the node's public total. */
  readonly registered: number
  readonly problem?: Text
}

/** The start page of the node: what it is, its public total, and a look-up without a script. */
export function landingPage(frame: PageFrame, { registered, problem }: LandingPage): string {
  const { language, node } = frame
  const number = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB').format(registered)
  const main = html`<div class="landing">
<article class="card">
<p class="eyebrow">${TEXTS.aNode[language]}</p>
<h1>${node.name}</h1>
<p class="lead">${TEXTS.landingText[language]}</p>
${findForm(language, '', problem?.[language])}
<dl class="sums">
<div><dt>${TEXTS.registeredTotal[language]}</dt><dd>${number}</dd></div>
${node.prefix !== undefined && html`<div><dt>${TEXTS.prefixesOf[language]}</dt><dd>${node.prefix}</dd></div>`}
</dl>
</article>
<p class="links"><a href="/console/">${TEXTS.console[language]}</a><a href="/evidence/checkpoint">${TEXTS.evidence[language]}</a><a href="/api/docs/">${TEXTS.apiDocs[language]}</a></p>
</div>`
  return pageOf(frame, TEXTS.search[language], main)
}
