/**
 * The code samples that are not offered. What is left: curl, JavaScript and Node.js (fetch), Python
 * (requests), Java (java.net.http), C# (HttpClient), PHP (curl), Go, Ruby and R (httr2).
 *
 * The component only knows a list of what to hide, so a language that it learns later shows up until it
 * is named here.
 */
export const hiddenClients: Record<string, boolean | string[]> = {
  c: true,
  clojure: true,
  dart: true,
  fsharp: true,
  http: true,
  julia: true,
  kotlin: true,
  objc: true,
  ocaml: true,
  powershell: true,
  rust: true,
  swift: true,
  csharp: ['restsharp'],
  java: ['asynchttp', 'okhttp', 'unirest'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  node: ['axios', 'ofetch', 'undici'],
  php: ['guzzle', 'laravel'],
  python: ['python3', 'aiohttp', 'httpx_sync', 'httpx_async'],
  shell: ['httpie', 'wget'],
};
