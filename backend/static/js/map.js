/* A map beside a list. The list is the truth: without a network, without tiles or without Leaflet it stands alone.
   Points: [{lat, lon, title, text, url, radius, you}], from data-points-url or a JSON script named by data-points.
   With data-many ("Show # here") what would lie over each other is one marker that says how many there are. */

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

function pin(point, word, look, title, anchor) {
  const label = document.createElement("div");
  label.className = `sk-marker ${look}`;
  const text = document.createElement("span");
  text.textContent = word;
  text.ariaHidden = "true"; // its name is the title
  label.append(text);
  const icon = L.divIcon({ html: label, className: "", iconSize: [44, 44], iconAnchor: [22, anchor] });
  return L.marker([point.lat, point.lon], { icon, title, alt: title, keyboard: true });
}

function markerOf(point, word) {
  const marker = pin(point, point.you ? "•" : word, point.you ? "sk-marker--you" : "", point.title, 44);
  return marker.bindPopup(balloon(point));
}

const boundsOf = (points) => L.latLngBounds(points.map((point) => [point.lat, point.lon]));

/** Several points in one: it comes nearer, or lists them where they cannot be told apart. */
function markerOfMany(map, points, said) {
  const marker = pin(points[0], points.length, "sk-marker--many", said.replace("#", points.length), 22);
  const bounds = boundsOf(points);
  if (map.getZoom() >= 18 || bounds.getNorthEast().equals(bounds.getSouthWest())) {
    const list = document.createElement("div");
    list.append(...points.map(balloon));
    return marker.bindPopup(list, { maxHeight: 240 });
  }
  const nearer = () => map.fitBounds(bounds.pad(0.3), { maxZoom: 18 });
  return marker.on("click", nearer).on("keypress", (event) => event.originalEvent.key === "Enter" && nearer());
}

/** Points that would lie over each other at this zoom, together: each in the first group it touches. */
function gathered(map, points) {
  const groups = [];
  for (const point of points) {
    const at = map.project([point.lat, point.lon]);
    const near = groups.find((group) => group.at.distanceTo(at) < 44);
    if (near) near.points.push(point);
    else groups.push({ at, points: [point] });
  }
  return groups.map((group) => group.points);
}

function draw(map, points, said) {
  const layer = L.featureGroup().addTo(map);
  const redraw = () => {
    const held = map.getContainer().contains(document.activeElement);
    layer.clearLayers();
    (said ? gathered(map, points) : points.map((point) => [point])).forEach((group, index) => {
      const [point] = group;
      if (point.radius) {
        L.circle([point.lat, point.lon], { radius: point.radius, className: "sk-marker-area" }).addTo(layer);
      }
      (group.length > 1 ? markerOfMany(map, group, said) : markerOf(point, said ? "" : index + 1)).addTo(layer);
    });
    // Whoever comes nearer with the keyboard goes on from the map.
    if (held) map.getContainer().focus();
  };
  redraw();
  if (!points.length) return;
  const bounds = points.some((point) => point.radius) ? layer.getBounds() : boundsOf(points);
  map.fitBounds(bounds.pad(0.15), { maxZoom: 15, animate: false });
  if (said) map.on("zoomend", redraw);
  if (said) redraw();
}

async function start(element) {
  const points = await pointsOf(element);
  element.classList.add("sk-map--ready");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, { scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm });
  map.attributionControl.setPrefix(false);
  map.setView([52.03, 5.085], 13);
  L.tileLayer(TILES, { minZoom: 7, maxZoom: 19, attribution: ATTRIBUTION, className: "sk-tiles-layer" }).addTo(map);
  draw(map, points, element.dataset.many);
}

for (const element of document.querySelectorAll("[data-map]")) {
  if (window.L) start(element).catch(() => element.classList.remove("sk-map--ready"));
}
