#include <edgeward/fhir/xml_text.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace edgeward::fhir {
namespace {

using Tree = nlohmann::ordered_json;

constexpr std::size_t deepest = 64;
constexpr std::string_view fhir_space = "http://hl7.org/fhir";

// Keeps the order of members, and of every scalar the text: XML writes them all alike, and a number must not
// lose a digit on its way.
class TreeBuilder final : public nlohmann::json_sax<Tree> {
public:
    explicit TreeBuilder(Tree& root) : root_(root) {}

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return put(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return put(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return put(text); }
    bool string(string_t& text) override { return put(std::move(text)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Tree::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Tree::array()); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        name_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
        return false;
    }

private:
    Tree* place(Tree value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Tree& around = *open_.back();
        if (around.is_array()) {
            around.push_back(std::move(value));
            return &around.back();
        }
        return &(around[name_] = std::move(value));
    }
    bool put(Tree value) {
        place(std::move(value));
        return true;
    }
    bool open(Tree value) {
        if (open_.size() == deepest) return false;
        open_.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    Tree& root_;
    std::vector<Tree*> open_;  // a member that is open stays where it is: others come only into the innermost
    std::string name_;
};

const std::string* text_of(const Tree& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>() : nullptr;
}

// Octets of a character XML 1.0 does not know at `at`, else 0. The text is UTF-8: nlohmann has seen to it.
std::size_t unknown_to_xml(std::string_view text, std::size_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return 1;
    const auto three = text.substr(at, 3);
    return three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF" ? 3 : 0;  // U+FFFE, U+FFFF
}

void append_attribute(std::string& out, std::string_view name, std::string_view text) {
    out.append(" ").append(name).append("=\"");
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto octets = unknown_to_xml(text, at); octets > 0) {
            out += "\xEF\xBF\xBD";
            at += octets - 1;
            continue;
        }
        switch (const char c = text[at]) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\t':  // an attribute's white space would be read as blanks
            case '\n':
            case '\r':
                out.append("&#").append(std::to_string(static_cast<int>(c))).append(";");
                break;
            default:
                out += c;
        }
    }
    out += '"';
}

class Writer {
public:
    std::string out;

    void resource(const Tree& value, bool outermost) {
        const std::string& type = *text_of(value, "resourceType");
        out.append("<").append(type);
        if (outermost) append_attribute(out, "xmlns", fhir_space);
        close(type, [&] { members(value, true, false); });
    }

private:
    // Ends the tag that is open, with `content` or none.
    template <typename Content>
    void close(std::string_view name, Content content) {
        const std::size_t before = out.size();
        out += '>';
        content();
        if (out.size() == before + 1) {
            out.replace(before, 1, "/>");
            return;
        }
        out.append("</").append(name).append(">");
    }

    void members(const Tree& object, bool is_resource, bool is_extension) {
        for (const auto& [name, value] : object.items()) {
            const bool attribute = (name == "id" && !is_resource) || (name == "url" && is_extension);
            if (attribute || (is_resource && name == "resourceType")) continue;
            if (name.starts_with('_')) {  // what a primitive has beside its value
                const std::string plain = name.substr(1);
                if (!object.contains(plain)) repeated(plain, Tree(), value);
                continue;
            }
            const auto beside = object.find("_" + name);
            repeated(name, value, beside == object.end() ? Tree() : *beside);
        }
    }

    void repeated(const std::string& name, const Tree& value, const Tree& beside) {
        if (!value.is_array() && !beside.is_array()) return element(name, value, beside);
        const std::size_t count = std::max(value.size(), beside.is_array() ? beside.size() : 0);
        for (std::size_t i = 0; i < count; ++i)
            element(name, i < value.size() ? value[i] : Tree(),
                    beside.is_array() && i < beside.size() ? beside[i] : Tree());
    }

    void element(const std::string& name, const Tree& value, const Tree& beside) {
        if (name == "div" && value.is_string()) {  // XHTML as it is (FHIR R4 2.6.5)
            out += value.get_ref<const std::string&>();
            return;
        }
        const Tree& object = value.is_object() ? value : beside;
        out.append("<").append(name);
        const bool is_resource = object.is_object() && text_of(object, "resourceType") != nullptr;
        const bool is_extension = name == "extension" || name == "modifierExtension";
        if (object.is_object() && !is_resource) {
            if (const auto* id = text_of(object, "id")) append_attribute(out, "id", *id);
            const auto* url = text_of(object, "url");
            if (is_extension && url != nullptr) append_attribute(out, "url", *url);
        }
        if (value.is_string()) append_attribute(out, "value", value.get_ref<const std::string&>());
        close(name, [&] {
            if (is_resource)
                resource(object, false);
            else if (object.is_object())
                members(object, false, is_extension);
        });
    }
};

}  // namespace

Result<std::string> to_xml(std::string_view resource) {
    Tree tree;
    TreeBuilder builder(tree);
    if (!Tree::sax_parse(resource, &builder) || !tree.is_object() || text_of(tree, "resourceType") == nullptr)
        return failure(ErrorKind::invalid_input, "expected a FHIR resource in JSON of at most 64 levels");
    Writer writer;
    writer.out = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    writer.resource(tree, true);
    return std::move(writer.out);
}

}  // namespace edgeward::fhir
