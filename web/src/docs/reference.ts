import { createApiReference } from '@scalar/api-reference';
import '@scalar/api-reference/style.css';
import './reference.css';
import { documents } from './documents';
import { hiddenClients } from './samples';

/** What `/docs/config.json` may hold: keys to try things out with, on a server that shows demo data. */
interface PortalConfig {
  partner_token?: string;
  user_token?: string;
}

async function portalConfig(): Promise<PortalConfig> {
  try {
    const answer = await fetch('/docs/config.json', { headers: { accept: 'application/json' } });
    return answer.ok ? ((await answer.json()) as PortalConfig) : {};
  } catch {
    // Without it the reader types in the keys by hand.
    return {};
  }
}

/** The values that the two security schemes of our documents start with. */
function securitySchemes({ partner_token: partner = '', user_token: user = '' }: PortalConfig) {
  return {
    partner: { token: partner },
    partner_user: { value: partner && user ? `Bearer ${partner}, User ${user}` : '' },
  };
}

createApiReference('#reference', {
  sources: documents.map(({ name, title }, index) => ({
    slug: name,
    title,
    url: `/openapi/${name}.json`,
    default: index === 0,
    agent: { disabled: true },
  })),
  authentication: {
    preferredSecurityScheme: 'partner_user',
    securitySchemes: securitySchemes(await portalConfig()),
  },
  hiddenClients,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  documentDownloadType: 'both',
  operationTitleSource: 'summary',
  modelsSectionLabel: 'Schemas',
  orderSchemaPropertiesBy: 'preserve',
  favicon: '/docs/favicon.svg',
  setPageTitle: ({ title, document }) => `${title || document.title} · Frontdesk API`,
  // Version 2 turns away a call that doesn't ask for its media type.
  onRequestBuilt: ({ request }) => {
    if (new URL(request.url).pathname.startsWith('/api/v2/')) {
      request.headers.set('Accept', 'application/vnd.api.v2+json');
    }
  },
  // The page talks to this server and to nobody else.
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  externalUrls: { dashboardUrl: '', registryUrl: '', proxyUrl: '', apiBaseUrl: '' },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  // Keys stay in this tab's memory.
  persistAuth: false,
});
