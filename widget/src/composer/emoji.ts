// Names as people know them from elsewhere, each before its emoji; those used most stand first. A name may stand
// twice with other letters, an emoji under two names.
const NAMES =
  "smile😄joy😂heart❤️thumbsup👍+1👍tada🎉fire🔥eyes👀thinking🤔sob😭clap👏pray🙏wave👋100💯rocket🚀rofl🤣blush😊wink😉grin😁laughing😆sweat_smile😅slight_smile🙂upside_down🙃heart_eyes😍kissing_heart😘star_struck🤩yum😋stuck_out_tongue😛sunglasses😎hugs🤗neutral_face😐roll_eyes🙄smirk😏sleeping😴salute🫡exploding_head🤯partying_face🥳confused😕open_mouth😮flushed😳pleading_face🥺pensive😔worried😟angry😠cry😢scream😱rage😡skull💀poop💩ghost👻clown🤡alien👽robot🤖ok_hand👌v✌️crossed_fingers🤞point_right👉thumbsdown👎-1👎fist✊raised_hands🙌handshake🤝muscle💪metal🤘brain🧠shrug🤷facepalm🤦broken_heart💔sparkles✨star⭐boom💥zap⚡gift🎁trophy🏆crown👑bulb💡bug🐛warning⚠️check✅x❌question❓lock🔒gear⚙️memo📝calendar📅pushpin📌link🔗phone📱computer💻bell🔔money💰musical_note🎵coffee☕tea🍵beer🍺pizza🍕cake🍰birthday🎂sunny☀️cloud☁️snowflake❄️rainbow🌈ocean🌊earth🌍moon🌙dog🐶cat🐱unicorn🦄rose🌹tree🌳house🏠car🚗airplane✈️soccer⚽basketball🏀";

let known: ReadonlyMap<string, string> | undefined;

/** The emoji that can be written as `:name:`, by name. */
export function emojiByName(): ReadonlyMap<string, string> {
  return (known ??= new Map(
    Array.from(NAMES.matchAll(/([-+\w]+)([^-+\w]+)/g), ([, name = "", emoji = ""]) => [name, emoji]),
  ));
}

/** The emoji whose names begin like this, and then those that have it further inside; each once. */
export function emojiLike(part: string): [name: string, emoji: string][] {
  const like = [...emojiByName()].filter(([name]) => name.includes(part));
  like.sort(([one], [other]) => Number(other.startsWith(part)) - Number(one.startsWith(part)));
  return like.filter(([, emoji], at) => like.findIndex((other) => other[1] === emoji) === at);
}
