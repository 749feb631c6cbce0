import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { count, number } = counting("fr");

/** French. */
export const fr: RoomStrings = {
  $code: "fr",

  chat: (title) => `Discussion : ${title}`,
  messages: "Messages",
  people: (n) => count(n, { one: "personne ici", other: "personnes ici" }),
  listPeople: "Personnes",
  youAreHere: (name) => `${name} (vous)`,
  peopleNotListed: (n) => `${number(n)} personnes sont ici, trop pour une liste.`,

  placeholder: "Écrire un message",
  write: "Message",
  send: "Envoyer",
  charactersLeft: (n) => count(n, { one: "caractère restant", other: "caractères restants" }),
  charactersOver: (n) => count(n, { one: "caractère en trop", other: "caractères en trop" }),
  yourName: "Votre nom",
  namePrompt: "Comment doit-on vous appeler ?",

  noMessages: "C’est calme ici",
  beTheFirst: "Dites le premier mot.",
  loading: "Chargement des messages",
  loadingOlder: "Chargement des messages précédents",
  olderFailed: "Les messages précédents n’ont pas pu être chargés.",
  beginning: "La conversation commence ici.",
  newHere: "Nouveau",
  newMessages: (n) => count(n, { one: "nouveau message", other: "nouveaux messages" }),
  toLatest: "Aller au dernier message",
  gap: "Il manque peut-être des messages ici.",
  loadGap: "Les charger",

  you: "Vous",
  edited: "modifié",
  deleted: "Message supprimé",
  sending: "Envoi…",
  waitingToSend: "Sera envoyé au retour de la connexion",
  notSent: "Non envoyé",
  retry: "Réessayer",
  discard: "Abandonner",

  tools: "Actions sur le message",
  react: "Réagir",
  reacted: (emoji, n) => `${emoji} ${count(n, { one: "personne", other: "personnes" })}`,
  reply: "Répondre",
  replyingTo: (name) => `Réponse à ${name}`,
  earlierMessage: "Un message précédent",
  edit: "Modifier",
  editing: "Vous modifiez votre message",
  notSaved: "La modification n’a pas pu être enregistrée.",
  save: "Enregistrer",
  cancel: "Annuler",
  pin: "Épingler",
  unpin: "Détacher",
  delete: "Supprimer",
  reallyDelete: "Supprimer ce message ?",
  keep: "Garder",

  typing: (names, n) => `${names} ${n === 1 ? "écrit" : "écrivent"}…`,
  manyTyping: "Plusieurs personnes écrivent…",

  reconnecting: "Reconnexion…",
  catchingUp: "Mise à jour…",
  offline: "Vous êtes hors ligne. Ce que vous écrivez sera envoyé à votre retour.",
  noConnection: "Pas de connexion.",
  nextTry: (n) => `Nouvel essai dans ${number(n)} s.`,
  tryNow: "Essayer maintenant",
  unavailable: "La discussion n’est pas disponible pour le moment.",
  signedOut: "Vous êtes déconnecté de cette discussion.",
  kicked: "Un modérateur vous a fait sortir de ce salon.",
  banned: "Un modérateur vous a fermé ce salon.",
  forbidden: "Ce salon ne vous est pas ouvert.",
  roomClosed: "Ce salon a été fermé.",

  readOnly: "Vous pouvez lire ici, mais pas écrire.",
  muted: (until) =>
    until === undefined
      ? "Un modérateur vous a retiré la parole."
      : `Un modérateur vous a retiré la parole jusqu’à ${until}.`,
  locked: "Le salon n’accepte pas de nouveaux messages pour le moment.",
  slowMode: "Ce salon prend son temps : patientez un instant.",
  nextMessageIn: (time) => `Mode lent : prochain message possible dans ${time}.`,
  tooLarge: "Le message est trop long.",
  tooFast: "Trop de messages à la fois.",
  noAnswer: "Il n’y a pas eu de réponse.",

  said: (name, text) => `${name} : ${text}`,
  openChat: "Ouvrir la discussion",
  closeChat: "Fermer la discussion",
};
