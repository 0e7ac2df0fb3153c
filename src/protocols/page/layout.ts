import type { Language, Text } from '../../lib/text.ts'
import { type Html, html, trusted } from './html.ts'
import { plainText } from './shown.ts'
import { ICON_PATH, MARK, STYLE_PATH } from './style.ts'
import { TEXTS } from './texts.ts'

/** The node as its public pages name it. */
export type NodeCard = {
  readonly name: string
  readonly prefix?: string
  /** Address people reach the node under, without a slash at the end. */
  readonly publicUrl?: string
}

export type PageFrame = {
  readonly node: NodeCard
  readonly language: Language
  /** The language was asked for in the address: links keep it. */
  readonly isChosen: boolean
  /** Path and query of this page in the other language. */
  readonly otherPath: string
  readonly noIndex: boolean
}

/** A whole document: title, bar, `main`, foot. */
export function pageOf(frame: PageFrame, title: string, main: Html, links: Html = html``): string {
  const { node, language, noIndex } = frame
  const say = (text: Text) => text[language]
  const home = frame.isChosen ? `/?lang=${language}` : '/'
  const { markup } = html`<!doctype html>
<html lang="${langTag(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plainText(title)} · ${node.name}</title>
${noIndex && html`<meta name="robots" content="noindex, nofollow">`}
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#18201d" media="(prefers-color-scheme: dark)">
<link rel="icon" href="${ICON_PATH}" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE_PATH}">
${links}
</head>
<body>
<a class="skip" href="#content">${say(TEXTS.skip)}</a>
<header class="bar"><div>
<a class="mark" href="${home}">${trusted(MARK)}<span>${node.name}</span></a>
<a class="lang" href="${frame.otherPath}" lang="${langTag(otherOf(language))}" hreflang="${langTag(otherOf(language))}" rel="alternate">${say(TEXTS.otherLanguage)}</a>
</div></header>
<main id="content">
${main}
</main>
<footer class="foot"><div>
<span>${say(TEXTS.aNode)}${node.prefix !== undefined && html` · ${node.prefix}`}</span>
<a href="${home}">${say(TEXTS.search)}</a>
</div></footer>
</body>
</html>
`
  return markup
}

export function langTag(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en'
}

export function otherOf(language: Language): Language {
  return language === 'zh' ? 'en' : 'zh'
}
