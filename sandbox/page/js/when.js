// Times as people read them. Everything is formatted by the browser's own Intl, in a named zone.

const cache = new Map();

function format(lang, zone, options) {
  const key = JSON.stringify([lang, zone, options]);
  if (!cache.has(key)) {
    const locale = lang === "zh" ? "zh-CN" : "en-GB";
    cache.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return cache.get(key);
}

const TIME = { hour: "2-digit", minute: "2-digit" };
export const time = (at, lang, zone) => format(lang, zone, TIME).format(new Date(at));
export const weekday = (at, lang, zone) => format(lang, zone, { weekday: "short" }).format(new Date(at));
export const dayTime = (at, lang, zone) => `${weekday(at, lang, zone)} ${time(at, lang, zone)}`;
export const dateTime = (at, lang, zone) =>
  format(lang, zone, { weekday: "short", day: "numeric", month: "short", ...TIME }).format(new Date(at));
export const seconds = (at, lang, zone) => format(lang, zone, { ...TIME, second: "2-digit" }).format(new Date(at));
export const dayKey = (at, zone) => format("en", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
export const day = (at, lang, zone) =>
  format(lang, zone, { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));

// "in 2 d 3 h", "5 min ago": coarse on purpose, beside an absolute time.
export function distance(from, to, lang) {
  const minutes = Math.round((new Date(to) - new Date(from)) / 60000);
  const size = Math.abs(minutes);
  const d = Math.floor(size / 1440), hours = Math.floor((size % 1440) / 60), m = size % 60;
  const zh = lang === "zh";
  const parts = [d && `${d}${zh ? " 天" : " d"}`, hours && `${hours}${zh ? " 小时" : " h"}`, !d && m && `${m}${zh ? " 分" : " min"}`];
  const text = parts.filter(Boolean).join(" ") || (zh ? "不到 1 分钟" : "under 1 min");
  if (minutes < 0) return zh ? `${text}前` : `${text} ago`;
  return zh ? `还有${text}` : `in ${text}`;
}

// Slack's <!date^UNIX^{tokens}^link|fallback> tokens, in the reader's zone.
export function slackDate(unix, pattern, reader, now) {
  const at = unix * 1000, { lang, zone } = reader;
  const f = (options) => format(lang, zone, options).format(new Date(at));
  const pretty = (long) => {
    const apart = Math.round((Date.parse(isoDay(at, zone)) - Date.parse(isoDay(now, zone))) / 86400000);
    const words = lang === "zh" ? { "-1": "昨天", 0: "今天", 1: "明天" } : { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" };
    return words[apart] || f(long);
  };
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const plain = { day: "numeric", month: "long", year: "numeric" };
  const short = { day: "numeric", month: "short", year: "numeric" };
  const tokens = {
    date_num: () => isoDay(at, zone), date_slash: () => f({ day: "2-digit", month: "2-digit", year: "numeric" }),
    date: () => f(plain), date_short: () => f(short), date_long: () => f(long),
    date_pretty: () => pretty(plain), date_short_pretty: () => pretty(short), date_long_pretty: () => pretty(long),
    day_divider_pretty: () => pretty(long), time: () => f(TIME), time_secs: () => f({ ...TIME, second: "2-digit" }),
    ago: () => distance(now, at, lang),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
}

function isoDay(at, zone) {
  const parts = format("en", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(at));
  const pick = (type) => parts.find((part) => part.type === type).value;
  return `${pick("year")}-${pick("month")}-${pick("day")}`;
}
