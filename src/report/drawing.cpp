// The data-flow diagram as SVG 1.1: sources to the left, the gateway's stages in the middle, destinations to
// the right. Lines that are not encrypted are dashed.

#include <algorithm>
#include <string>

#include "markup.hpp"
#include "words.hpp"

namespace edgeward::report {
namespace {

constexpr int margin = 20;
constexpr int box_width = 250;
constexpr int gap = 110;
constexpr int line_height = 17;
constexpr int padding = 10;
constexpr int between = 18;
constexpr int top = 60;
constexpr std::size_t most_characters = 38;

struct Box {
    int x = 0;
    int y = 0;
    std::vector<std::string> lines;  // the first is the name
    bool encrypted = true;
    [[nodiscard]] int height() const { return 2 * padding + line_height * static_cast<int>(lines.size()); }
    [[nodiscard]] int middle() const { return y + height() / 2; }
};

std::string number(int value) {
    return std::to_string(value);
}

void append_text(std::string& out, int x, int y, std::string_view text, std::string_view look) {
    out.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y)).append("\" ").append(look);
    out.append(">").append(escaped(shortened(text, most_characters))).append("</text>\n");
}

void append_box(std::string& out, const Box& box, std::string_view fill) {
    out.append("<g><title>").append(escaped(joined(box.lines, "; "))).append("</title>");
    out.append("<rect x=\"").append(number(box.x)).append("\" y=\"").append(number(box.y));
    out.append("\" width=\"").append(number(box_width)).append("\" height=\"").append(number(box.height()));
    out.append("\" rx=\"6\" fill=\"").append(fill).append("\" stroke=\"#333\"/>\n");
    int y = box.y + padding + 12;
    for (std::size_t i = 0; i < box.lines.size(); ++i) {
        append_text(out, box.x + padding, y, box.lines[i],
                    i == 0 ? "font-weight=\"bold\" font-size=\"13\"" : "font-size=\"12\"");
        y += line_height;
    }
    out += "</g>\n";
}

void append_arrow(std::string& out, int x1, int y1, int x2, int y2, bool encrypted) {
    out.append("<line x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1));
    out.append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2));
    out.append(encrypted ? "\" stroke=\"#1b5e20\"" : "\" stroke=\"#b71c1c\" stroke-dasharray=\"6 4\"");
    out.append(" stroke-width=\"2\" marker-end=\"url(#tip)\"/>\n");
}

// Boxes one below the other; gives where the column ends.
int stack(std::vector<Box>& boxes, int x) {
    int y = top;
    for (auto& box : boxes) {
        box.x = x;
        box.y = y;
        y += box.height() + between;
    }
    return y;
}

std::vector<Box> source_boxes(const Installation& installation, Language language) {
    std::vector<Box> boxes;
    for (const auto& source : installation.sources) {
        boxes.push_back({0,
                         0,
                         {source.name, source.transport, source.address, encryption(source, language)},
                         source.encrypted || source.inside});
    }
    return boxes;
}

std::vector<Box> destination_boxes(const Installation& installation, Language language) {
    std::vector<Box> boxes;
    for (const auto& one : installation.destinations) {
        boxes.push_back(
            {0,
             0,
             {one.name, one.transport, one.address,
              word_for(one.purpose, language) + ", " + word_for(one.level, language),
              legal_basis(one.legal_basis, language), data_classes(one, language), encryption(one, language)},
             one.encrypted});
    }
    return boxes;
}

Box gateway_box(const Installation& installation, Language language) {
    Box box;
    box.lines = {"Edgeward " + installation.version};
    for (const auto& stage :
         {Words{"1 Eingang, Quittung erst nach dem Speichern", "1 intake, acknowledged after the commit"},
          Words{"2 Zuordnung zu Codes (Mapping)", "2 mapping to codes"},
          Words{"3 Pseudonymisierung; Identitäten im Vault", "3 pseudonyms; identities in the vault"},
          Words{"4 Speicher, Warteschlangen, Protokoll", "4 store, queues, audit log"},
          Words{"   verschlüsselt, Schlüssel je Person", "   encrypted, a key for each person"},
          Words{"5 Richtlinien und Einwilligung", "5 policies and consent"},
          Words{"6 Prüfung dessen, was hinausgeht", "6 inspection of what goes out"}})
        box.lines.push_back(stage.in(language));
    return box;
}

void append_head(std::string& out, int width, int height, Language language) {
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 ")
        .append(number(width));
    out.append(" ").append(number(height)).append("\" width=\"").append(number(width)).append("\" height=\"");
    out.append(number(height)).append("\" font-family=\"DejaVu Sans, Arial, sans-serif\">\n<title>");
    out.append(escaped(Words{"Datenflüsse", "Data flows"}.in(language))).append("</title>\n");
    out.append(
        "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" "
        "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#333\"/></marker></defs>\n");
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
}

}  // namespace

std::string dataflow_svg(const Installation& installation, Language language) {
    auto sources = source_boxes(installation, language);
    auto destinations = destination_boxes(installation, language);
    Box gateway = gateway_box(installation, language);
    const int middle_x = margin + box_width + gap;
    const int right_x = middle_x + box_width + gap;
    const int end =
        std::max({stack(sources, margin), stack(destinations, right_x), top + gateway.height() + between});
    gateway.x = middle_x;
    gateway.y = top + std::max(0, (end - top - between - gateway.height()) / 2);
    std::string out;
    append_head(out, right_x + box_width + margin, end + margin, language);
    constexpr std::string_view title = "font-size=\"15\" font-weight=\"bold\"";
    append_text(out, margin, 35, Words{"Quellen", "Sources"}.in(language), title);
    append_text(out, middle_x, 35, Words{"Gateway", "Gateway"}.in(language), title);
    append_text(out, right_x, 35, Words{"Empfänger", "Destinations"}.in(language), title);
    for (const auto& box : sources) {
        append_box(out, box, "#e8eef8");
        append_arrow(out, box.x + box_width, box.middle(), gateway.x, gateway.middle(), box.encrypted);
    }
    append_box(out, gateway, "#f4f4f4");
    for (const auto& box : destinations) {
        append_box(out, box, "#eef6e8");
        append_arrow(out, gateway.x + box_width, gateway.middle(), box.x, box.middle(), box.encrypted);
    }
    out += "</svg>\n";
    return out;
}

}  // namespace edgeward::report
