// A report's page: comes to the chosen figure or finding, also where the link to the page did not name the place.
"use strict";

const chosen = document.getElementById("chosen");
if (chosen && !location.hash) chosen.scrollIntoView({ block: "center" });
