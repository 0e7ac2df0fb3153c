import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { lastingStyles } from './lasting-styles.ts'
import { quietIcons } from './quiet-icons.ts'
import { stillStyles } from './still-styles.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), quietIcons(), stillStyles(), lastingStyles()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', tags: ['$initial'], priority: 2 },
            { name: 'enter', test: /access\/sign-in-form\.tsx$/, priority: 1 },
            { name: 'common', minShareCount: 14 },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 2000,
    // an asset in a data: address would need a wider content security policy
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/evidence': 'http://127.0.0.1:8080',
      '/health': 'http://127.0.0.1:8080',
    },
  },
})
