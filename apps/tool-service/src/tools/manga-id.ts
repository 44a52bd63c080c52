/** How the store names a series; anything else that is given for one is its title. */
export const MANGA_ID = /^MNG-[A-Z0-9]{8}$/;
