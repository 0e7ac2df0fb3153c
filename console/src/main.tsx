import 'antd/dist/reset.css'
import './frame/frame.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { meQuery } from './api/me.ts'
import { asProblem } from './api/problem.ts'
import { Look } from './frame/look.tsx'
import { router } from './frame/router.tsx'
import { SignInAgain } from './frame/sign-in-again.tsx'

const RETRIES_MAX = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // what the node refused it refuses again; a lost connection may come back
      retry: (failures, error) => failures < RETRIES_MAX && asProblem(error).status === 0,
    },
  },
})

// asked while what draws the page is still fetched
void queries.prefetchQuery(meQuery)

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
