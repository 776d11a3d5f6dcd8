/** The page that lies on top of what a person is handed: what is where, in both languages. */

/** A text editor of Windows too ends its lines. */
const LINE_END = '\r\n'

export function exportGuide(databaseName: string, exportedAt: Date): string {
  const day = exportedAt.toISOString().slice(0, 10)
  return [
    'RENSEIGNEMENTS PERSONNELS',
    '',
    `Ce dossier contient ce que le compte ${databaseName} conserve sur vous, le ${day}.`,
    '',
    'csv         un fichier par sujet (baux, paiements, messages...), à ouvrir dans un tableur; la',
    '            première ligne nomme les colonnes en français et en anglais.',
    'documents   vos documents, tels quels; leur numéro est celui de la colonne « Identifiant » de',
    '            csv/Documents.csv.',
    'person.json les mêmes renseignements en un seul fichier, pour un autre logiciel.',
    '',
    "D'un numéro de compte bancaire, seuls les trois derniers chiffres sont donnés. Ce qu'une ligne dit",
    "d'une autre personne est omis. Si un renseignement est inexact, incomplet ou équivoque, vous pouvez",
    'en demander la rectification à qui vous a remis ce dossier; en cas de refus, vous pouvez vous',
    "adresser à la Commission d'accès à l'information (www.cai.gouv.qc.ca).",
    '',
    '',
    'PERSONAL INFORMATION',
    '',
    `This folder holds what the account ${databaseName} keeps about you, on ${day}.`,
    '',
    'csv         a file for each subject (leases, payments, messages...), which a spreadsheet opens; the',
    '            first line names the columns in French and English.',
    'documents   your documents as they are; their number is the one in the column "Identifier" of',
    '            csv/Documents.csv.',
    'person.json the same information in one file, for another program.',
    '',
    'Of a bank account number only the last three digits are given. What a row says about somebody else',
    'is left out. If something is inaccurate, incomplete or equivocal, you may ask whoever handed you this',
    "folder to rectify it; if that is refused, you may turn to the Commission d'accès à l'information",
    '(www.cai.gouv.qc.ca).',
    '',
  ].join(LINE_END)
}
