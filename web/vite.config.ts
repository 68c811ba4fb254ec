import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Lays a packed copy beside every file that gains by it; the server sends it as it is. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /\.(html|js|css|svg|json)$/.test(name))) {
        const whole = readFileSync(join(dir, name));
        const small = gzipSync(whole, { level: 9 });
        if (whole.length > 1024 && small.length < whole.length * 0.9) writeFileSync(join(dir, `${name}.gz`), small);
      }
    },
  };
}

/** Where a page's script or style goes. */
function folder(name: string): string {
  return name.startsWith('booking') ? 'book' : 'docs';
}

// The output folder mirrors the server's address space (`docs/index.html` is served at `/docs/`), so
// another page, say `/book/`, is one more entry below and nothing else.
export default defineConfig({
  base: '/',
  appType: 'mpa',
  plugins: [packed()],
  build: {
    outDir: process.env['FRONTDESK_WEB_OUT'] ?? 'dist',
    emptyOutDir: true,
    // Everything with a content hash in its name lies here: the server lets browsers keep it for ever.
    assetsDir: 'docs/assets',
    // A data: address in a stylesheet or page would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    // Whose work the pages contain, and on what terms.
    license: { fileName: 'docs/licenses.txt' },
    // The reference component is one large module by nature.
    chunkSizeWarningLimit: 8000,
    rolldownOptions: {
      input: {
        overview: 'docs/index.html',
        reference: 'docs/reference/index.html',
        booking: 'book/index.html',
      },
      output: {
        // The booking page's own lie beside it: nothing that clients load is under the portal's address.
        entryFileNames: ({ name }) => `${folder(name)}/assets/[name]-[hash].js`,
        assetFileNames: ({ names }) => `${folder(names[0] ?? '')}/assets/[name]-[hash][extname]`,
      },
    },
  },
  server: {
    // `npm run dev` beside a running server: everything that isn't a page comes from it.
    proxy: Object.fromEntries(
      ['/api', '/openapi', '/_mock', '/docs/config.json'].map((path) => [
        path,
        process.env['FRONTDESK_URL'] ?? 'http://127.0.0.1:8080',
      ]),
    ),
  },
});
