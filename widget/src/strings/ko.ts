import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { number } = counting("ko");

/** Korean. */
export const ko: RoomStrings = {
  $code: "ko",

  chat: (title) => `채팅: ${title}`,
  messages: "메시지",
  people: (n) => `${number(n)}명 참여 중`,
  listPeople: "참여자",
  youAreHere: (name) => `${name} (나)`,
  peopleNotListed: (n) => `${number(n)}명이 있어 목록으로 보여 드릴 수 없습니다.`,

  placeholder: "메시지 입력",
  write: "메시지",
  send: "보내기",
  charactersLeft: (n) => `${number(n)}자 남음`,
  charactersOver: (n) => `${number(n)}자 초과`,
  yourName: "이름",
  namePrompt: "어떤 이름으로 표시할까요?",

  noMessages: "아직 조용합니다",
  beTheFirst: "첫마디를 남겨 보세요.",
  loading: "메시지를 불러오는 중",
  loadingOlder: "이전 메시지를 불러오는 중",
  olderFailed: "이전 메시지를 불러오지 못했습니다.",
  beginning: "여기서 대화가 시작됩니다.",
  newHere: "새 메시지",
  newMessages: (n) => `새 메시지 ${number(n)}개`,
  toLatest: "최신 메시지로 이동",
  gap: "여기에 빠진 메시지가 있을 수 있습니다.",
  loadGap: "불러오기",

  you: "나",
  edited: "수정됨",
  deleted: "삭제된 메시지입니다",
  sending: "보내는 중…",
  waitingToSend: "연결되면 전송됩니다",
  notSent: "전송되지 않음",
  retry: "다시 시도",
  discard: "버리기",

  tools: "메시지 작업",
  react: "반응",
  reacted: (emoji, n) => `${emoji} ${number(n)}명`,
  reply: "답장",
  replyingTo: (name) => `${name}님에게 답장`,
  earlierMessage: "이전 메시지",
  edit: "수정",
  editing: "메시지 수정 중",
  notSaved: "수정 내용을 저장하지 못했습니다.",
  save: "저장",
  cancel: "취소",
  pin: "고정",
  unpin: "고정 해제",
  delete: "삭제",
  reallyDelete: "이 메시지를 삭제할까요?",
  keep: "그대로 두기",

  typing: (names) => `${names} 입력 중…`,
  manyTyping: "여러 사람이 입력 중…",

  reconnecting: "다시 연결하는 중…",
  catchingUp: "놓친 메시지를 가져오는 중…",
  offline: "오프라인입니다. 작성한 내용은 연결되면 전송됩니다.",
  noConnection: "연결되지 않았습니다.",
  nextTry: (n) => `${number(n)}초 후 다시 시도합니다.`,
  tryNow: "지금 시도",
  unavailable: "지금은 채팅을 이용할 수 없습니다.",
  signedOut: "이 채팅에서 로그아웃되었습니다.",
  kicked: "운영자가 이 방에서 내보냈습니다.",
  banned: "운영자가 이 방의 출입을 차단했습니다.",
  forbidden: "이 방에 들어올 수 없습니다.",
  roomClosed: "이 방은 닫혔습니다.",

  readOnly: "여기서는 읽기만 할 수 있습니다.",
  muted: (until) =>
    until === undefined
      ? "운영자가 메시지 작성을 제한했습니다."
      : `운영자가 ${until}까지 메시지 작성을 제한했습니다.`,
  locked: "지금은 이 방에 새 메시지를 쓸 수 없습니다.",
  slowMode: "느린 채팅방입니다. 잠시 기다려 주세요.",
  nextMessageIn: (time) => `느린 모드: ${time} 후에 보낼 수 있습니다.`,
  tooLarge: "메시지가 너무 깁니다.",
  tooFast: "한 번에 너무 많은 메시지를 보냈습니다.",
  noAnswer: "응답이 없습니다.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "채팅 열기",
  closeChat: "채팅 닫기",
};
