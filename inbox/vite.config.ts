import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const outDir = fileURLToPath(new URL('../dist/public/inbox', import.meta.url))

/** Puts each file beside itself compressed, so that the API need not. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|css|svg|html)$/.test(file)) continue
      const content = readFileSync(join(outDir, file))
      writeFileSync(join(outDir, `${file}.br`), brotliCompressSync(content))
      writeFileSync(join(outDir, `${file}.gz`), gzipSync(content, { level: 9 }))
    }
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/inbox/',
  plugins: [react(), compressed],
  build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // `npm run dev` shows the page of this folder on the API that `npm start` runs.
  server: {
    port: 5173,
    proxy: { '/v1': 'http://127.0.0.1:3000', '/demo': 'http://127.0.0.1:3000' },
  },
})
