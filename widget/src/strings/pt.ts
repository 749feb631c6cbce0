import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { count, number } = counting("pt");

/** Portuguese. */
export const pt: RoomStrings = {
  $code: "pt",

  chat: (title) => `Chat: ${title}`,
  messages: "Mensagens",
  people: (n) => count(n, { one: "pessoa aqui", other: "pessoas aqui" }),
  listPeople: "Pessoas",
  youAreHere: (name) => `${name} (você)`,
  peopleNotListed: (n) => `${number(n)} pessoas estão aqui, demais para uma lista.`,

  placeholder: "Escreva uma mensagem",
  write: "Mensagem",
  send: "Enviar",
  charactersLeft: (n) => count(n, { one: "caractere restante", other: "caracteres restantes" }),
  charactersOver: (n) => count(n, { one: "caractere a mais", other: "caracteres a mais" }),
  yourName: "Seu nome",
  namePrompt: "Como as pessoas devem chamar você?",

  noMessages: "Está tudo quieto por aqui",
  beTheFirst: "Diga a primeira palavra.",
  loading: "Carregando mensagens",
  loadingOlder: "Carregando mensagens anteriores",
  olderFailed: "Não foi possível carregar as mensagens anteriores.",
  beginning: "A conversa começa aqui.",
  newHere: "Novo",
  newMessages: (n) => count(n, { one: "mensagem nova", other: "mensagens novas" }),
  toLatest: "Ir para a última mensagem",
  gap: "Talvez faltem mensagens aqui.",
  loadGap: "Carregar",

  you: "Você",
  edited: "editada",
  deleted: "Mensagem apagada",
  sending: "Enviando…",
  waitingToSend: "Será enviada quando a conexão voltar",
  notSent: "Não enviada",
  retry: "Tentar de novo",
  discard: "Descartar",

  tools: "Ações da mensagem",
  react: "Reagir",
  reacted: (emoji, n) => `${emoji} ${count(n, { one: "pessoa", other: "pessoas" })}`,
  reply: "Responder",
  replyingTo: (name) => `Resposta a ${name}`,
  earlierMessage: "Uma mensagem anterior",
  edit: "Editar",
  editing: "Você está editando sua mensagem",
  notSaved: "Não foi possível salvar a alteração.",
  save: "Salvar",
  cancel: "Cancelar",
  pin: "Fixar",
  unpin: "Desafixar",
  delete: "Apagar",
  reallyDelete: "Apagar esta mensagem?",
  keep: "Manter",

  typing: (names, n) => `${names} ${n === 1 ? "está" : "estão"} escrevendo…`,
  manyTyping: "Várias pessoas estão escrevendo…",

  reconnecting: "Reconectando…",
  catchingUp: "Atualizando…",
  offline: "Você está sem internet. O que escrever será enviado quando você voltar.",
  noConnection: "Sem conexão.",
  nextTry: (n) => `Nova tentativa em ${number(n)} s.`,
  tryNow: "Tentar agora",
  unavailable: "O chat não está disponível no momento.",
  signedOut: "Você saiu deste chat.",
  kicked: "Um moderador tirou você desta sala.",
  banned: "Um moderador fechou esta sala para você.",
  forbidden: "Esta sala não está aberta para você.",
  roomClosed: "Esta sala foi fechada.",

  readOnly: "Aqui você pode ler, mas não escrever.",
  muted: (until) =>
    until === undefined ? "Um moderador silenciou você." : `Um moderador silenciou você até ${until}.`,
  locked: "A sala não aceita novas mensagens no momento.",
  slowMode: "Nesta sala vai-se devagar: espere um momento.",
  nextMessageIn: (time) => `Modo lento: sua próxima mensagem pode ir em ${time}.`,
  tooLarge: "A mensagem é longa demais.",
  tooFast: "Mensagens demais de uma vez.",
  noAnswer: "Não houve resposta.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "Abrir o chat",
  closeChat: "Fechar o chat",
};
