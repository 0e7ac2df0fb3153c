import 'virtual:still-styles.css'
import './frame/ask-at-once.ts'
import 'antd/dist/reset.css'
import './frame/frame.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Look } from './frame/look.tsx'
import { queries } from './frame/queries.ts'
import { router } from './frame/router.tsx'
import { SignInAgain } from './frame/sign-in-again.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Look>
        <RouterProvider router={router} />
        <SignInAgain />
      </Look>
    </QueryClientProvider>
  </StrictMode>,
)
