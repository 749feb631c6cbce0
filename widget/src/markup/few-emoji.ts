// Up to three emoji and nothing else. Texts longer than that are not looked at.
const FEW_EMOJI =
  /^(?:(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*)\s*){1,3}$/u;
const FEW_EMOJI_LENGTH = 40;

/** True for one to three emoji alone: they are drawn large, as everywhere. */
export function isFewEmoji(text: string): boolean {
  return text.length <= FEW_EMOJI_LENGTH && FEW_EMOJI.test(text);
}
