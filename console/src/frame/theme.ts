import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'light' | 'dark' | 'system'

const KEPT_AS = 'waymark.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
show()
dark.addEventListener('change', changed)

function themeChoice(): ThemeChoice {
  const kept = localStorage.getItem(KEPT_AS)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEPT_AS, choice)
  changed()
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice)
}

export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}

function isDark(): boolean {
  const choice = themeChoice()
  return choice === 'system' ? dark.matches : choice === 'dark'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function changed(): void {
  show()
  for (const listener of listeners) listener()
}

function show(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'
}
