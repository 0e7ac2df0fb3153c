const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/i, 'WeChat'],
  [/DingTalk/i, 'DingTalk'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/QQBrowser/i, 'QQ Browser'],
  [/OPR\/|Opera/, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

const CHARS_MAX = 40

/**
 * What a person recognises their session by, e.g. `Chrome · Windows`: the kind of client, not enough to tell one machine
 * from another. A program is called by the first word it calls itself.
 */
export function clientKind(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500)
  const nameIn = (table: typeof BROWSERS): string | undefined =>
    table.find(([pattern]) => pattern.test(text))?.[1]
  const browser = nameIn(BROWSERS)
  if (browser === undefined) {
    return /^[\w.-]+/.exec(text)?.[0].slice(0, CHARS_MAX) ?? 'unknown'
  }
  return [browser, nameIn(SYSTEMS)].filter((it) => it !== undefined).join(' · ')
}
