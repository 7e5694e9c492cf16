// Draws both maps and shows the part under the pointer; texts only ever become textContent.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("points").textContent);
  const card = document.getElementById("card");

  function trace(group, is3d) {
    const places = is3d ? data.deep : data.flat;
    const rows = group.rows.filter((row) => row < places.length);
    const found = {
      type: is3d ? "scatter3d" : "scatter",
      mode: "markers",
      name: "",
      hoverinfo: "none",
      customdata: rows,
      marker: { size: is3d ? 3 : 6, color: group.colour, opacity: 0.85 },
      x: rows.map((row) => places[row][0]),
      y: rows.map((row) => places[row][1]),
    };
    // Plotly reads markup in names: escape it.
    found.name = (group.cluster + " " + group.label).slice(0, 34)
      .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    if (is3d) found.z = rows.map((row) => places[row][2]);
    return found;
  }

  function show(event) {
    const part = data.parts[event.points[0].customdata];
    const image = document.getElementById("card-image");
    image.src = part.image === null ? "" : data.images[part.image];
    image.style.display = part.image === null ? "none" : "block";
    document.getElementById("card-number").textContent = part.number;
    document.getElementById("card-name").textContent = part.name;
    document.getElementById("card-cluster").textContent = part.cluster + " " + part.label;
    card.style.display = "block";
    const at = event.event || { clientX: 40, clientY: 40 };
    card.style.left = Math.min(at.clientX + 16, window.innerWidth - 260) + "px";
    card.style.top = Math.min(at.clientY + 16, window.innerHeight - 190) + "px";
  }

  function go(event) {
    const part = data.parts[event.points[0].customdata];
    const sheet = document.getElementById("cluster-" + part.cluster);
    if (sheet) sheet.scrollIntoView({ behavior: "smooth" });
  }

  function draw(id, is3d) {
    const bare = { visible: false };
    const axis = { showticklabels: false, title: { text: "" } };
    const layout = {
      margin: { l: 4, r: 4, t: 34, b: 4 },
      hovermode: "closest",
      showlegend: !is3d,
      legend: { font: { size: 10 }, itemsizing: "constant" },
      xaxis: bare,
      yaxis: bare,
      scene: { xaxis: axis, yaxis: axis, zaxis: axis },
    };
    const target = document.getElementById(id);
    const traces = data.groups.map((group) => trace(group, is3d));
    Plotly.newPlot(target, traces, layout, { responsive: true, displaylogo: false });
    target.on("plotly_hover", show);
    target.on("plotly_unhover", () => { card.style.display = "none"; });
    target.on("plotly_click", go);
  }

  draw("flat", false);
  draw("deep", true);
})();
