/* A map beside a list. The list is the truth: without a network, without tiles or without Leaflet it stands alone.
   Points: [{lat, lon, title, text, url, radius, you}], from data-points-url or a JSON script named by data-points. */

const TILES = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{z}/{x}/{y}.png";
const ATTRIBUTION = '&copy; <a href="https://www.kadaster.nl">Kadaster</a> · <a href="https://www.pdok.nl">PDOK</a>';

async function pointsOf(element) {
  if (element.dataset.points) return JSON.parse(document.getElementById(element.dataset.points).textContent);
  const answer = await fetch(element.dataset.pointsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`points: ${answer.status}`);
  return answer.json();
}

/** The balloon of a point, made of text nodes only: what people typed never becomes HTML. */
function balloon(point) {
  const box = document.createElement("div");
  const title = document.createElement(point.url ? "a" : "strong");
  title.textContent = point.title;
  if (point.url) title.href = point.url;
  const text = document.createElement("div");
  text.textContent = point.text ?? "";
  box.append(title, text);
  return box;
}

function markerOf(point, number) {
  const label = document.createElement("div");
  label.className = point.you ? "sk-marker sk-marker--you" : "sk-marker";
  const word = document.createElement("span");
  word.textContent = point.you ? "•" : String(number);
  label.append(word);
  const icon = L.divIcon({ html: label, className: "", iconSize: [44, 44], iconAnchor: [22, 44] });
  return L.marker([point.lat, point.lon], { icon, title: point.title, alt: point.title, keyboard: true });
}

function draw(map, points) {
  const layer = L.featureGroup().addTo(map);
  points.forEach((point, index) => {
    if (point.radius) {
      L.circle([point.lat, point.lon], { radius: point.radius, className: "sk-marker-area" }).addTo(layer);
    }
    markerOf(point, index + 1).bindPopup(balloon(point)).addTo(layer);
  });
  if (points.length) map.fitBounds(layer.getBounds().pad(0.15), { maxZoom: 15 });
}

async function start(element) {
  const points = await pointsOf(element);
  element.classList.add("sk-map--ready");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, { scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm });
  map.attributionControl.setPrefix(false);
  map.setView([52.03, 5.085], 13);
  L.tileLayer(TILES, { minZoom: 7, maxZoom: 19, attribution: ATTRIBUTION, className: "sk-tiles-layer" }).addTo(map);
  draw(map, points);
}

for (const element of document.querySelectorAll("[data-map]")) {
  if (window.L) start(element).catch(() => element.classList.remove("sk-map--ready"));
}
