// Dates, lengths and prices in the reader's language.
import { language, t } from './texts';

/** A day (`2026-03-24`) as an instant that falls on it in UTC, for formatting alone. */
function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}

export function longDay(day: string): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language(), format).format(noon(day));
}

export function shortDay(day: string): string {
  const format = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language(), format).format(noon(day));
}

export function month(year: number, index: number): string {
  const format = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language(), format).format(new Date(Date.UTC(year, index, 15)));
}

/** Names of the weekdays, from the first of the week here: long and short. */
export function weekdays(): { long: string; short: string }[] {
  const name = (day: number, weekday: 'long' | 'short') =>
    new Intl.DateTimeFormat(language(), { weekday, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 7 + day)));
  return [0, 1, 2, 3, 4, 5, 6].map((at) => {
    const day = (firstWeekday() + at) % 7;
    return { long: name(day, 'long'), short: name(day, 'short') };
  });
}

/** 0 for Sunday, 1 for Monday. */
export function firstWeekday(): number {
  const english = language() === 'en' ? (navigator.languages.find((code) => /^en-/i.test(code)) ?? 'en-GB') : '';
  return /^en-(us|ca|au)$/i.test(english) ? 0 : 1;
}

/** The day and the time of the clock of a moment as the server writes it, which is by the location's clock. */
export function moment(datetime: string): string {
  return `${longDay(datetime.slice(0, 10))}, ${clock(datetime.slice(11, 16))}`;
}

/** A time of the clock (`14:30`) as it is written here. */
export function clock(time: string): string {
  const format = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language() === 'en' ? navigator.language : language(), format).format(new Date(`2024-01-07T${time}:00Z`));
}

export function length(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60)];
  return [hours && t('hours', { n: hours }), minutes && t('minutes', { n: minutes })].filter(Boolean).join(' ');
}

export function price(least: number, most: number, currency: string | undefined): string {
  if (least === 0 && most === 0) return '';
  const whole = Number.isInteger(least) && Number.isInteger(most);
  const digits = whole ? { maximumFractionDigits: 0 } : {};
  const format = new Intl.NumberFormat(language(), digits);
  const text = (value: number) => withCurrency(format.format(value), currency ?? '');
  if (most > least) return least === 0 ? t('from', { price: text(least) }) : `${text(least)} – ${text(most)}`;
  return text(least);
}

/** Locations name their currency by a sign or a code. */
function withCurrency(amount: string, currency: string): string {
  const sign = { USD: '$', EUR: '€', GBP: '£', UAH: '₴', PLN: 'zł' }[currency] ?? currency;
  const isBefore = language() === 'en' && /^[$€£₴¥₪]$/.test(sign);
  return isBefore ? `${sign}${amount}` : `${amount}\u00a0${sign}`.trim();
}

/** Today by the clock of that zone. */
export function today(zone: string): string {
  const format = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', format).format(new Date());
}

export function plusDays(day: string, days: number): string {
  const date = noon(day);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
