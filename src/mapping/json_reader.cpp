// Boost.JSON is headers only; its bodies are compiled here.
#include <boost/json/src.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cmath>
#include <limits>
#include <string>

#include "json_reader.hpp"

namespace edgeward::mapping {
namespace {

namespace json = boost::json;
using json::error_code;

// What Boost's reader calls while it reads; false stops it, and then an error must be set. Texts come in
// parts where they are escaped.
class Handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    explicit Handler(TreeBuilder& builder) : builder_(builder) {}

    bool on_document_begin(error_code& /*error*/) { return true; }
    bool on_document_end(error_code& /*error*/) { return true; }
    bool on_object_begin(error_code& error) { return go_on(builder_.open(NodeKind::object), error); }
    bool on_object_end(std::size_t /*members*/, error_code& /*error*/) { return builder_.close(); }
    bool on_array_begin(error_code& error) { return go_on(builder_.open(NodeKind::array), error); }
    bool on_array_end(std::size_t /*elements*/, error_code& /*error*/) { return builder_.close(); }

    bool on_key_part(std::string_view part, std::size_t /*so_far*/, error_code& /*error*/) { return keep(part); }
    bool on_key(std::string_view rest, std::size_t /*size*/, error_code& error) {
        const bool fine = builder_.key(whole(rest));
        parts_.clear();
        return go_on(fine, error);
    }
    bool on_string_part(std::string_view part, std::size_t /*so_far*/, error_code& /*error*/) {
        return keep(part);
    }
    bool on_string(std::string_view rest, std::size_t /*size*/, error_code& error) {
        return value(NodeKind::text, rest, error);
    }
    bool on_number_part(std::string_view part, error_code& /*error*/) { return keep(part); }
    bool on_int64(std::int64_t /*number*/, std::string_view rest, error_code& error) {
        return value(NodeKind::number, rest, error);
    }
    bool on_uint64(std::uint64_t /*number*/, std::string_view rest, error_code& error) {
        return value(NodeKind::number, rest, error);
    }
    bool on_double(double number, std::string_view rest, error_code& error) {
        if (!std::isfinite(number)) return go_on(false, error);
        return value(NodeKind::number, rest, error);
    }
    bool on_bool(bool truth, error_code& error) {
        return go_on(builder_.value(NodeKind::boolean, {}, truth), error);
    }
    bool on_null(error_code& error) { return go_on(builder_.value(NodeKind::null), error); }
    bool on_comment_part(std::string_view /*part*/, error_code& /*error*/) { return true; }
    bool on_comment(std::string_view /*rest*/, error_code& /*error*/) { return true; }

private:
    static bool go_on(bool fine, error_code& error) {
        if (!fine) error = json::error::exception;
        return fine;
    }
    bool keep(std::string_view part) {
        parts_ += part;
        return true;
    }
    std::string_view whole(std::string_view rest) {
        if (parts_.empty()) return rest;
        parts_ += rest;
        return parts_;
    }
    bool value(NodeKind kind, std::string_view rest, error_code& error) {
        const bool fine = builder_.value(kind, whole(rest));
        parts_.clear();
        return go_on(fine, error);
    }

    TreeBuilder& builder_;
    std::string parts_;  // of the text being read, but its last
};

json::parse_options options() {
    json::parse_options strict;
    strict.max_depth = Tree::max_depth + 1;  // the builder refuses before, and says why
    return strict;
}

}  // namespace

bool read_json(std::string_view json, TreeBuilder& into) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const std::size_t begin = json.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    json::basic_parser<Handler> parser(options(), into);
    error_code error;
    const std::size_t read = parser.write_some(false, json.data() + begin, json.size() - begin, error);
    if (!error && begin + read == json.size()) return true;
    return into.refuse("invalid_json", "no JSON at octet " + std::to_string(begin + read + 1));
}

}  // namespace edgeward::mapping
