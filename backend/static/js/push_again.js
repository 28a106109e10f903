/* Signed in again: messages go on to this browser if they came to it before, for the same person. The server knows; an
   empty address says that there is nothing to go on with, and that it need not ask again. */

async function endpoint() {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  return subscription?.endpoint ?? "";
}

const { pushAgain } = document.body.dataset;
const headers = JSON.parse(document.body.getAttribute("hx-headers"));
const told = await endpoint().catch(() => "");
fetch(pushAgain, { method: "POST", headers, body: new URLSearchParams({ endpoint: told }) }).catch(() => {});
