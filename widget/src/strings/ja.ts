import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { number } = counting("ja");

/** Japanese. */
export const ja: RoomStrings = {
  $code: "ja",

  chat: (title) => `チャット：${title}`,
  messages: "メッセージ",
  people: (n) => `${number(n)}人が参加中`,
  listPeople: "参加者",
  youAreHere: (name) => `${name}（自分）`,
  peopleNotListed: (n) => `${number(n)}人が参加中です。多いため一覧は表示しません。`,

  placeholder: "メッセージを入力",
  write: "メッセージ",
  send: "送信",
  charactersLeft: (n) => `あと${number(n)}文字`,
  charactersOver: (n) => `${number(n)}文字超過`,
  yourName: "名前",
  namePrompt: "表示する名前を教えてください",

  noMessages: "まだ静かです",
  beTheFirst: "最初のひとことをどうぞ。",
  loading: "メッセージを読み込み中",
  loadingOlder: "以前のメッセージを読み込み中",
  olderFailed: "以前のメッセージを読み込めませんでした。",
  beginning: "ここから会話が始まりました。",
  newHere: "新着",
  newMessages: (n) => `新着メッセージ${number(n)}件`,
  toLatest: "最新のメッセージへ移動",
  gap: "ここに表示されていないメッセージがあるかもしれません。",
  loadGap: "読み込む",

  you: "自分",
  edited: "編集済み",
  deleted: "メッセージは削除されました",
  sending: "送信中…",
  waitingToSend: "接続が戻ると送信されます",
  notSent: "未送信",
  retry: "再試行",
  discard: "破棄",

  tools: "メッセージの操作",
  react: "リアクション",
  reacted: (emoji, n) => `${emoji} ${number(n)}人`,
  reply: "返信",
  replyingTo: (name) => `${name}さんに返信`,
  earlierMessage: "以前のメッセージ",
  edit: "編集",
  editing: "メッセージを編集中",
  notSaved: "変更を保存できませんでした。",
  save: "保存",
  cancel: "キャンセル",
  pin: "ピン留め",
  unpin: "ピン留めを外す",
  delete: "削除",
  reallyDelete: "このメッセージを削除しますか？",
  keep: "削除しない",

  typing: (names) => `${names}が入力中…`,
  manyTyping: "複数の人が入力中…",

  reconnecting: "再接続中…",
  catchingUp: "未受信分を取得中…",
  offline: "オフラインです。書いた内容は接続が戻ると送信されます。",
  noConnection: "接続がありません。",
  nextTry: (n) => `${number(n)}秒後に再試行します。`,
  tryNow: "今すぐ試す",
  unavailable: "現在チャットを利用できません。",
  signedOut: "このチャットからサインアウトしています。",
  kicked: "モデレーターがあなたをこのルームから退出させました。",
  banned: "モデレーターがあなたの入室を禁止しました。",
  forbidden: "このルームには入れません。",
  roomClosed: "このルームは閉鎖されました。",

  readOnly: "ここでは閲覧のみできます。",
  muted: (until) =>
    until === undefined
      ? "モデレーターがあなたの発言を停止しました。"
      : `モデレーターが${until}まであなたの発言を停止しました。`,
  locked: "現在このルームは新しいメッセージを受け付けていません。",
  slowMode: "このルームは低速モードです。少しお待ちください。",
  nextMessageIn: (time) => `低速モード：次のメッセージまであと${time}。`,
  tooLarge: "メッセージが長すぎます。",
  tooFast: "短い間に送りすぎています。",
  noAnswer: "応答がありませんでした。",

  said: (name, text) => `${name}：${text}`,
  openChat: "チャットを開く",
  closeChat: "チャットを閉じる",
};
