/** How user names are compared: without surrounding blanks and letter case, accents typed either way. */

/** The compared form of a user name. */
export function signInNameOf(userName: string): string {
  return userName.normalize('NFC').trim().toLowerCase()
}
