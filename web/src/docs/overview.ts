import './overview.css';
import { documents, type PublishedDocument } from './documents';

/** Makes an element; text is always set as text, never as markup. */
function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function card({ name, title, base, about }: PublishedDocument): HTMLElement {
  return element(
    'li',
    { class: 'card' },
    element('h3', {}, element('a', { href: `/docs/reference/#${name}` }, title)),
    element('p', {}, about),
    element(
      'p',
      { class: 'files' },
      element('code', {}, base),
      element('a', { href: `/openapi/${name}.json`, download: `${name}.json`, 'aria-label': `${title}: JSON document` }, 'JSON'),
      element('a', { href: `/openapi/${name}.yaml`, download: `${name}.yaml`, 'aria-label': `${title}: YAML document` }, 'YAML'),
    ),
  );
}

document.querySelector('#documents')?.append(...documents.map(card));

// The address people see must be the one that they can paste: this very server's.
for (const place of document.querySelectorAll('[data-origin]')) place.textContent = window.location.origin;
