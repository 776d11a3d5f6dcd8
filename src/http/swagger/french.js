/** Swagger UI's own words in French: it has no translations, and its users here are French first. */

/** Whole texts only, as Swagger UI 5 shows them. */
const words = new Map([
  ['Authorize', 'Autoriser'],
  ['Logout', 'Oublier'],
  ['Close', 'Fermer'],
  ['Available authorizations', 'Autorisations'],
  ['Authorized', 'Autorisé'],
  ['Value:', 'Valeur :'],
  ['Name:', 'Nom :'],
  ['In:', 'Dans :'],
  ['Parameters', 'Paramètres'],
  ['No parameters', 'Aucun paramètre'],
  ['Request body', 'Corps de la requête'],
  ['Try it out', 'Essayer'],
  ['Try it out ', 'Essayer'],
  ['Cancel', 'Annuler'],
  ['Cancel ', 'Annuler'],
  ['Reset', 'Rétablir'],
  ['Execute', 'Exécuter'],
  ['Clear', 'Effacer'],
  ['Callbacks', 'Notifications'],
  ['Responses', 'Réponses'],
  ['Response', 'Réponse'],
  ['Server response', 'Réponse du serveur'],
  ['Response body', 'Corps de la réponse'],
  ['Response headers', 'En-têtes de la réponse'],
  ['Request URL', 'URL de la requête'],
  ['Request duration', 'Durée'],
  ['Details', 'Détails'],
  ['Name', 'Nom'],
  ['Links', 'Liens'],
  ['No links', 'Aucun lien'],
  ['Media type', 'Type de contenu'],
  ['Examples', 'Exemples'],
  ['Examples: ', 'Exemples : '],
  ['Edit Value', 'Corps à envoyer'],
  ['Headers:', 'En-têtes :'],
  ['Example Value', 'Exemple'],
  ['Schema', 'Schéma'],
  ['Example Description', "Description de l'exemple"],
  ['Controls ', 'Détermine '],
  [' header.', '.'],
  ['Send empty value', 'Envoyer une valeur vide'],
  ['Download', 'Télécharger'],
  ['Servers', 'Serveurs'],
  ['Loading', 'Chargement'],
  ['Undocumented', 'Non documenté'],
  ['Failed to fetch.', 'Appel impossible.'],
  ['Filter by tag or path', 'Filtrer par module ou par adresse'],
])

/** Data and documentation are not Swagger UI's words. */
const untouched =
  'pre, code, textarea, .markdown, .renderedMarkdown, .response-col_description__inner .microlight'

/** Translates what is under the element now and whatever Swagger UI adds to it. */
export function translateToFrench(root) {
  translateTexts(root)
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes, target, type } of changes) {
      if (type === 'characterData') translateText(target)
      for (const node of addedNodes) translateTexts(node)
    }
  })
  observer.observe(root, { childList: true, subtree: true, characterData: true })
}

function translateTexts(node) {
  if (node.nodeType === Node.TEXT_NODE) return translateText(node)
  for (const input of node.querySelectorAll?.('input[placeholder]') ?? []) {
    input.placeholder = words.get(input.placeholder) ?? input.placeholder
  }
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) translateText(walker.currentNode)
}

function translateText(text) {
  const french = words.get(text.nodeValue)
  if (french !== undefined && text.parentElement?.closest(untouched) === null) {
    text.nodeValue = french
  }
}
