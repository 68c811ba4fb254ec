import './book.css';
import { appointment } from './appointment';
import { type FormConfig, Refusal, api, speak, start } from './api';
import { begin } from './flow';
import { alertBox, byId, h } from './dom';
import { paint } from './look';
import { language, languageOf, setLanguage, t } from './texts';

const config = start();

/** The head and the foot, which stay. */
function frame(form: FormConfig | null, title: string, logo: string | undefined): void {
  const picture = form?.style.logo || logo;
  const background = form?.style.header_background;
  byId('head').replaceChildren(
    h('div', { class: background ? 'head pictured' : 'head' },
      background ? h('img', { class: 'background', src: background, alt: '' }) : null,
      h('p', { class: 'brand' },
        picture && !picture.endsWith('/no-logo.svg') ? h('img', { src: picture, alt: '', width: 40, height: 40 }) : null,
        h('span', {}, title)),
    ),
  );
  const names = form?.langs ?? [];
  if (names.length < 2) return;
  const choice = h('select', { id: 'language', on: { change: () => void open(choice.value) } },
    ...names.map(({ code, title }) => h('option', { value: code, selected: languageOf([code]) === language() }, title)));
  byId('foot').replaceChildren(h('label', { for: 'language' }, t('language')), choice);
}

async function open(wanted?: string): Promise<void> {
  const form = config.form === null ? null : await api.form(config.form);
  const own = form?.is_lang_fixed ? [form.lang] : [...navigator.languages, form?.lang ?? 'en'];
  setLanguage(languageOf(wanted ? [wanted] : own));
  document.documentElement.lang = language();
  speak(language());
  paint(form?.style.main_color ?? '#1c64a0');
  const company = await api.company(config.location);
  frame(form, config.title, company.logo);
  if (config.appointment) await appointment(config, company);
  else if (form) await begin(form, company);
}

function failed(error: unknown): void {
  const why = error instanceof Refusal ? t('failed', { why: error.message }) : t('offline');
  byId('main').replaceChildren(alertBox(why, h('button', { type: 'button', class: 'plain', on: { click: () => location.reload() } }, t('retry'))));
  if (!(error instanceof Refusal)) console.warn(error);
}

open().catch(failed);
