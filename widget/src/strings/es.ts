import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { count, number, isOne } = counting("es");

/** Spanish. */
export const es: RoomStrings = {
  $code: "es",

  chat: (title) => `Chat: ${title}`,
  messages: "Mensajes",
  people: (n) => count(n, { one: "persona aquí", other: "personas aquí" }),
  listPeople: "Personas",
  youAreHere: (name) => `${name} (tú)`,
  peopleNotListed: (n) => `Hay ${number(n)} personas aquí, demasiadas para una lista.`,

  placeholder: "Escribe un mensaje",
  write: "Mensaje",
  send: "Enviar",
  charactersLeft: (n) => count(n, { one: "carácter restante", other: "caracteres restantes" }),
  charactersOver: (n) => count(n, { one: "carácter de más", other: "caracteres de más" }),
  yourName: "Tu nombre",
  namePrompt: "¿Cómo quieres que te llamen?",

  noMessages: "Todo está en silencio",
  beTheFirst: "Di la primera palabra.",
  loading: "Cargando mensajes",
  loadingOlder: "Cargando mensajes anteriores",
  olderFailed: "No se pudieron cargar los mensajes anteriores.",
  beginning: "Aquí empieza la conversación.",
  newHere: "Nuevo",
  newMessages: (n) => count(n, { one: "mensaje nuevo", other: "mensajes nuevos" }),
  toLatest: "Ir al último mensaje",
  gap: "Puede que aquí falten mensajes.",
  loadGap: "Cargarlos",

  you: "Tú",
  edited: "editado",
  deleted: "Mensaje eliminado",
  sending: "Enviando…",
  waitingToSend: "Se enviará cuando vuelva la conexión",
  notSent: "No enviado",
  retry: "Reintentar",
  discard: "Descartar",

  tools: "Acciones del mensaje",
  react: "Reaccionar",
  reacted: (emoji, n) => `${emoji} ${count(n, { one: "persona", other: "personas" })}`,
  reply: "Responder",
  replyingTo: (name) => `Respuesta a ${name}`,
  earlierMessage: "Un mensaje anterior",
  edit: "Editar",
  editing: "Estás editando tu mensaje",
  notSaved: "No se pudo guardar el cambio.",
  save: "Guardar",
  cancel: "Cancelar",
  pin: "Fijar",
  unpin: "Dejar de fijar",
  delete: "Eliminar",
  reallyDelete: "¿Eliminar este mensaje?",
  keep: "Conservar",

  typing: (names, n) => `${names} ${isOne(n) ? "está" : "están"} escribiendo…`,
  manyTyping: "Varias personas están escribiendo…",

  reconnecting: "Reconectando…",
  catchingUp: "Poniéndose al día…",
  offline: "No tienes conexión. Lo que escribas se enviará cuando vuelvas.",
  noConnection: "Sin conexión.",
  nextTry: (n) => `Nuevo intento en ${number(n)} s.`,
  tryNow: "Probar ahora",
  unavailable: "El chat no está disponible en este momento.",
  signedOut: "Has cerrado la sesión en este chat.",
  kicked: "Un moderador te ha sacado de esta sala.",
  banned: "Un moderador te ha cerrado esta sala.",
  forbidden: "No tienes acceso a esta sala.",
  roomClosed: "Esta sala se ha cerrado.",

  readOnly: "Aquí puedes leer, pero no escribir.",
  muted: (until) =>
    until === undefined
      ? "Un moderador te ha silenciado."
      : `Un moderador te ha silenciado hasta las ${until}.`,
  locked: "La sala no admite mensajes nuevos en este momento.",
  slowMode: "En esta sala se habla despacio: espera un momento.",
  nextMessageIn: (time) => `Modo lento: tu próximo mensaje podrá salir en ${time}.`,
  tooLarge: "El mensaje es demasiado largo.",
  tooFast: "Demasiados mensajes a la vez.",
  noAnswer: "No hubo respuesta.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "Abrir el chat",
  closeChat: "Cerrar el chat",
};
