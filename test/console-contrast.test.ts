import assert from 'node:assert/strict'
import { test } from 'node:test'
import { theme } from 'antd'
import { lookTheme } from '../console/src/frame/look-theme.ts'

/** WCAG 2.2, 1.4.3. */
const RATIO_MIN = 4.5

type Colour = { readonly rgb: readonly number[]; readonly alpha: number }

function parse(text: string): Colour {
  const short = /^#([0-9a-f]{3})$/i.exec(text)?.[1]
  const hex = short?.replaceAll(/./g, '$&$&') ?? /^#([0-9a-f]{6})$/i.exec(text)?.[1]
  if (hex !== undefined) {
    return { rgb: [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)), alpha: 1 }
  }
  const parts = /^rgba?\(([^)]+)\)$/.exec(text)?.[1]?.split(',').map(Number)
  assert.ok(parts, `${text} is a colour`)
  return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 }
}

/** What one sees of colours that lie on each other, the lowest first. */
function seen(layers: readonly string[]): readonly number[] {
  return layers
    .map(parse)
    .reduce<readonly number[]>(
      (below, { rgb, alpha }) => rgb.map((it, at) => it * alpha + (below[at] ?? 0) * (1 - alpha)),
      [0, 0, 0],
    )
}

function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((it) => {
    const part = it / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function ratio(ground: readonly string[], words: string): number {
  const [dark = 0, light = 0] = [seen(ground), seen([...ground, words])]
    .map(luminance)
    .sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

for (const isDark of [false, true]) {
  test(`what is under the pointer, pressed or disabled can be read, ${isDark ? 'dark' : 'light'}`, () => {
    const look = lookTheme(isDark, true)
    const it = theme.getDesignToken(look)
    const button = look.components?.Button ?? {}
    const { colorBgContainer: page, colorBgElevated: raised } = it
    const danger = button.dangerColor ?? it.colorTextLightSolid
    const words: Readonly<Record<string, readonly [readonly string[], string]>> = {
      primary: [[it.colorPrimary], it.colorTextLightSolid],
      'primary under the pointer': [[it.colorPrimaryHover], it.colorTextLightSolid],
      'primary pressed': [[it.colorPrimaryActive], it.colorTextLightSolid],
      danger: [[it.colorError], danger],
      'danger under the pointer': [[it.colorErrorHover], danger],
      'danger pressed': [[it.colorErrorActive], danger],
      'danger outlined, pressed': [[raised], it.colorErrorActive],
      'button under the pointer': [[raised], button.defaultHoverColor ?? it.colorPrimaryHover],
      'button pressed': [[raised], button.defaultActiveColor ?? it.colorPrimaryActive],
      'link pressed': [[raised], it.colorLinkActive],
      'disabled button': [[raised, it.colorBgContainerDisabled], it.colorTextDisabled],
      'tag of a disabled choice': [
        [page, it.colorBgContainerDisabled, it.colorFillSecondary],
        it.colorTextDisabled,
      ],
    }
    const faint = Object.entries(words).filter(([, [on, of]]) => ratio(on, of) < RATIO_MIN)
    assert.deepEqual(
      faint.map(([name, [on, of]]) => `${name}: ${ratio(on, of).toFixed(2)}`),
      [],
    )
  })
}
