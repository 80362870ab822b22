// Slack emoji shortcodes that a desk is likely to use. An unknown one stays as it was written.

const EMOJI = {
  alarm_clock: "⏰", alert: "🚨", arrow_right: "➡️", baby: "👶", ballot_box_with_check: "☑️", bell: "🔔", no_bell: "🔕", blue_book: "📘",
  book: "📖", bookmark: "🔖", bulb: "💡", busts_in_silhouette: "👥", bust_in_silhouette: "👤", calendar: "📅", camera: "📷",
  camera_with_flash: "📸", card_index: "📇", check: "✔️", clipboard: "📋", clock1: "🕐", clock3: "🕒", closed_lock_with_key: "🔐", cop: "👮",
  credit_card: "💳", es: "🇪🇸", gb: "🇬🇧", de: "🇩🇪", us: "🇺🇸", cn: "🇨🇳", exclamation: "❗", eyes: "👀", fast_forward: "⏩", file_folder: "📁",
  fire: "🔥", flag_es: "🇪🇸", "flag-es": "🇪🇸", "flag-gb": "🇬🇧", "flag-de": "🇩🇪", gear: "⚙️", globe_with_meridians: "🌐", grey_question: "❔",
  handshake: "🤝", heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", inbox_tray: "📥", incoming_envelope: "📨",
  information_source: "ℹ️", label: "🏷️", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠",
  large_yellow_circle: "🟡", leftwards_arrow_with_hook: "↩️", link: "🔗", lock: "🔒", mag: "🔍", mailbox: "📫", memo: "📝", microphone: "🎤",
  moneybag: "💰", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", ok: "🆗", ok_hand: "👌", outbox_tray: "📤", package: "📦",
  page_facing_up: "📄", paperclip: "📎", pause_button: "⏸️", pencil: "📝", pencil2: "✏️", person_raising_hand: "🙋", phone: "☎️", pray: "🙏",
  pushpin: "📌", question: "❓", raised_hand: "✋", receipt: "🧾", recycle: "♻️", red_circle: "🔴", repeat: "🔁", rotating_light: "🚨",
  round_pushpin: "📍", scales: "⚖️", shield: "🛡️", shopping_bags: "🛍️", sleeping: "😴", small_blue_diamond: "🔹", smile: "😄", sos: "🆘",
  sparkles: "✨", speech_balloon: "💬", stop_sign: "🛑", stopwatch: "⏱️", tada: "🎉", thumbsup: "👍", "+1": "👍", "-1": "👎", timer_clock: "⏲️",
  truck: "🚚", unlock: "🔓", warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", writing_hand: "✍️", x: "❌", zap: "⚡", zzz: "💤",
};

export const emojis = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);
