#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "authorizer.hpp"

namespace edgeward::policy {

// Policies as text, and what is asked about them.
struct RandomCase {
    std::vector<std::string> policies;  // the ids are p0, p1, …
    bool mended = false;                // a token was changed: the text may be no policy at all
    struct Entity {
        EntityUid uid;
        Record attributes;
        std::vector<EntityUid> parents;
    };
    std::vector<Entity> entities;
    Request request;
};

// Writes cases over the whole supported language: mostly of fitting types, so that conditions get to their
// ends, and now and then of others, so that errors happen at every place where Cedar has one.
class RandomAuthor {
public:
    explicit RandomAuthor(std::uint64_t seed) : random_(seed) {}

    RandomCase write() {
        RandomCase made;
        write_entities(made);
        made.request = {one_of(people()), one_of(actions()), one_of(things()), fields(2)};
        const int count = below(5) + 1;
        for (int i = 0; i < count; ++i)
            made.policies.push_back(policy(i));
        if (below(8) == 0) {
            made.mended = true;
            std::string& text = made.policies[static_cast<std::size_t>(below(count))];
            text = changed(text);
        }
        return made;
    }

private:
    enum class Type { truth, number, text, entity, set, record };

    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
    template <typename List>
    typename List::value_type one_of(const List& list) {
        return list[static_cast<std::size_t>(below(static_cast<int>(std::size(list))))];
    }

    static const std::vector<EntityUid>& people() {
        static const std::vector<EntityUid> all{
            {"User", "ada"}, {"User", "bo \"b\" \\"}, {"Role", "it"}, {"Role", "dpo"}, {"Ward::Bed", "1"}};
        return all;
    }
    static const std::vector<EntityUid>& actions() {
        static const std::vector<EntityUid> all{{"Action", "read"}, {"Action", "write"}, {"Action", "any"}};
        return all;
    }
    static const std::vector<EntityUid>& things() {
        static const std::vector<EntityUid> all{
            {"Doc", "a"}, {"Doc", "ä\n*"}, {"Ward::Bed", "1"}, {"Ward::Bed", "none"}};
        return all;
    }
    static const std::vector<std::string>& names() {
        static const std::vector<std::string> all{"flag", "n",  "text",      "who", "many",
                                                  "more", "if", "two words", "ä"};
        return all;
    }

    // Parents stand before their children, so that nothing is its own ancestor; some entities are not there.
    void write_entities(RandomCase& made) {
        std::vector<EntityUid> all = people();
        all.insert(all.end(), actions().begin(), actions().end());
        all.insert(all.end(), things().begin(), things().begin() + 2);
        std::shuffle(all.begin(), all.end(), random_);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (below(6) == 0) continue;
            std::vector<EntityUid> parents;
            const bool is_action = all[i].type == "Action";
            for (std::size_t j = 0; j < i; ++j) {
                if ((all[j].type == "Action") == is_action && below(3) == 0) parents.push_back(all[j]);
            }
            made.entities.push_back({all[i], is_action ? Record{} : fields(2), std::move(parents)});
        }
    }

    Record fields(int depth) {
        Record made;
        static const std::array<Type, 9> types{Type::truth,  Type::number, Type::text,
                                               Type::entity, Type::set,    Type::record,
                                               Type::number, Type::text,   Type::truth};
        for (std::size_t i = 0; i < names().size(); ++i) {
            if (below(5) == 0) continue;
            made.emplace(names()[i], value(below(8) == 0 ? any_type() : types[i], depth));
        }
        return made;
    }

    Type any_type() { return static_cast<Type>(below(6)); }
    std::int64_t number() {
        // JSON of JavaScript has no greater whole numbers; policies' text has.
        constexpr std::int64_t greatest = (std::int64_t{1} << 53U) - 1;
        static const std::array<std::int64_t, 8> some{0, 1, -1, 2, 3, 7, greatest, -greatest};
        return one_of(some);
    }
    std::string text() {
        static const std::array<std::string, 8> some{"", "a", "ab", "aXb", "a*b", "ä", "abcabc", "\t\"\\"};
        return one_of(some);
    }
    EntityUid entity() {
        switch (below(3)) {
            case 0:
                return one_of(people());
            case 1:
                return one_of(actions());
            default:
                return one_of(things());
        }
    }

    Value value(Type type, int depth) {
        switch (type) {
            case Type::truth:
                return Value(below(2) == 0);
            case Type::number:
                return Value(number());
            case Type::text:
                return Value(text());
            case Type::entity:
                return Value(entity());
            case Type::set: {
                std::vector<Value> members;
                const Type of = any_type();
                for (int i = below(4); i > 0 && depth > 0; --i)
                    members.push_back(value(below(10) == 0 ? any_type() : of, depth - 1));
                return Value::of_set(std::move(members));
            }
            case Type::record:
                break;
        }
        Record made;
        for (const auto& name : names()) {
            if (depth > 0 && below(3) == 0) made.emplace(name, value(any_type(), depth - 1));
        }
        return Value::of_record(std::move(made));
    }

    static std::string quoted(const std::string& text, bool is_pattern = false) {
        std::string made = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\' || (c == '*' && is_pattern)) made += '\\';
            if (c == '\n' || c == '\t') {
                made += c == '\n' ? "\\n" : "\\x09";
            } else {
                made += c;
            }
        }
        return made + '"';
    }
    static std::string named(const EntityUid& uid) { return uid.type + "::" + quoted(uid.id); }
    static bool is_plain(const std::string& name) {
        return name != "if" && name != "two words" && name != "ä";
    }

    std::string scope(const std::string& variable) {
        const auto& list = variable == "principal" ? people() : things();
        switch (below(6)) {
            case 0:
                return variable + " == " + named(one_of(list));
            case 1:
                return variable + " in " + named(one_of(list));
            case 2:
                return variable + " is " + one_of(list).type;
            case 3:
                return variable + " is " + one_of(list).type + " in " + named(one_of(list));
            default:
                return variable;
        }
    }
    std::string action_scope() {
        switch (below(5)) {
            case 0:
                return "action == " + named(one_of(actions()));
            case 1:
                return "action in " + named(one_of(actions()));
            case 2:
                return "action in [" + named(one_of(actions())) + ", " + named(one_of(actions())) + "]";
            default:
                return "action";
        }
    }

    std::string policy(int number) {
        std::string made = "@id(\"p" + std::to_string(number) + "\")\n";
        if (below(6) == 0) made += "@advice(\"says so\") // a remark\n";
        made += below(3) == 0 ? "forbid (" : "permit (";
        made += scope("principal") + ", " + action_scope() + ", " + scope("resource") + ")";
        for (int i = below(3); i > 0; --i)
            made +=
                std::string(below(3) == 0 ? "\nunless { " : "\nwhen { ") + expression(Type::truth, 4) + " }";
        return made + ";";
    }

    // The text of an expression of this type, mostly.
    std::string expression(Type type, int depth) {
        if (below(40) == 0) type = any_type();
        if (depth > 0 && below(12) == 0) {
            return "(if " + expression(Type::truth, depth - 1) + " then " + expression(type, depth - 1) +
                   " else " + expression(type, depth - 1) + ")";
        }
        if (depth > 0 && below(5) == 0) return attribute(type, depth - 1);
        switch (type) {
            case Type::truth:
                return depth > 0 ? test(depth - 1) : literal_of(type);
            case Type::number:
                return depth > 0 && below(2) == 0 ? sum(depth - 1) : literal_of(type);
            case Type::entity: {
                static const std::array<std::string, 3> variables{"principal", "action", "resource"};
                return below(3) == 0 ? literal_of(type) : one_of(variables);
            }
            case Type::set:
                return set(depth);
            case Type::record:
                return below(3) == 0 ? record(depth) : "context";
            case Type::text:
                break;
        }
        return literal_of(type);
    }

    std::string literal_of(Type type) {
        switch (type) {
            case Type::truth:
                return below(2) == 0 ? "true" : "false";
            case Type::number: {
                static const std::array<std::string, 8> some{"0",
                                                             "1",
                                                             "2",
                                                             "3",
                                                             "-7",
                                                             "9223372036854775807",
                                                             "-9223372036854775808",
                                                             "9007199254740991"};
                return one_of(some);
            }
            case Type::text:
                return quoted(text());
            default:
                return named(entity());
        }
    }

    std::string attribute(Type type, int depth) {
        static const std::array<std::vector<std::string>, 6> fitting{std::vector<std::string>{"flag", "ä"},
                                                                     {"n", "if"},
                                                                     {"text", "two words"},
                                                                     {"who"},
                                                                     {"many"},
                                                                     {"more"}};
        std::string base = expression(below(2) == 0 ? Type::record : Type::entity, below(2) == 0 ? depth : 0);
        if (below(6) == 0) base = "context";
        const std::string name =
            below(8) == 0 ? one_of(names()) : one_of(fitting[static_cast<std::size_t>(type)]);
        return "(" + base + ")" + (is_plain(name) && below(4) != 0 ? "." + name : "[" + quoted(name) + "]");
    }

    std::string inner(Type type, int depth) { return "(" + expression(type, depth) + ")"; }

    std::string test(int depth) {
        switch (below(15)) {
            case 0:
                return inner(Type::truth, depth) + " && " + inner(Type::truth, depth);
            case 1:
                return inner(Type::truth, depth) + " || " + inner(Type::truth, depth);
            case 2:
                return std::string(static_cast<std::size_t>(below(3) + 1), '!') + inner(Type::truth, depth);
            case 3: {
                const Type type = any_type();
                return inner(type, depth) + (below(2) == 0 ? " == " : " != ") +
                       inner(below(8) == 0 ? any_type() : type, depth);
            }
            case 4:
            case 5: {
                static const std::array<std::string, 4> signs{" < ", " <= ", " > ", " >= "};
                return inner(Type::number, depth) + one_of(signs) + inner(Type::number, depth);
            }
            case 6:
                return inner(Type::entity, depth) + " in " + inner(Type::entity, depth);
            case 7:
                return inner(Type::entity, depth) + " in [" + expression(Type::entity, depth) + ", " +
                       expression(Type::entity, depth) + "]";
            case 8:
            case 9:
                return inner(below(2) == 0 ? Type::entity : Type::record, depth) + " has " + presence();
            case 10:
                return inner(Type::text, depth) + " like " + pattern();
            case 11:
                return inner(Type::set, depth) + ".contains(" + expression(any_type(), depth) + ")";
            case 12:
                return inner(Type::set, depth) + (below(2) == 0 ? ".containsAll(" : ".containsAny(") +
                       expression(Type::set, depth) + ")";
            case 13:
                return inner(Type::set, depth) + ".isEmpty()";
            default:
                return inner(Type::entity, depth) + " is " + one_of(people()).type +
                       (below(3) == 0 ? " in " + inner(Type::entity, depth) : "");
        }
    }

    std::string presence() {
        if (below(4) == 0) return "more.more.n";
        const std::string name = one_of(names());
        return is_plain(name) && below(2) == 0 ? name : quoted(name);
    }

    std::string pattern() {
        static const std::array<std::string, 9> some{
            "\"*\"", "\"a*\"", "\"*b\"", "\"a*b\"", "\"a\\*b\"", "\"*b*c\"", "\"**\"", "\"\"", "\"\\u{e4}\""};
        return one_of(some);
    }

    std::string sum(int depth) {
        static const std::array<std::string, 3> signs{" + ", " - ", " * "};
        if (below(4) == 0) return "-" + inner(Type::number, depth);
        std::string made = inner(Type::number, depth) + one_of(signs) + inner(Type::number, depth);
        if (below(4) == 0) made += one_of(signs) + literal_of(Type::number);
        return made;
    }

    std::string set(int depth) {
        const Type of = any_type();
        std::string made;
        for (int i = below(4); i > 0; --i)
            made += (made.empty() ? "" : ", ") +
                    expression(below(8) == 0 ? any_type() : of, std::max(0, depth - 2));
        return "[" + made + "]";
    }

    std::string record(int depth) {
        std::string made;
        for (const auto& name : names()) {
            if (below(3) != 0) continue;
            made += (made.empty() ? "" : ", ") + (is_plain(name) && below(2) == 0 ? name : quoted(name)) +
                    ": " + expression(any_type(), std::max(0, depth - 2));
        }
        return "{" + made + "}";
    }

    // Takes a piece out, puts it elsewhere or writes over it: what the readers must judge alike where ours
    // takes it.
    std::string changed(std::string text) {
        const auto place = [&](const std::string& in) {
            return static_cast<std::size_t>(below(static_cast<int>(in.size()) + 1));
        };
        const std::size_t from = place(text);
        const std::string piece = text.substr(from, static_cast<std::size_t>(below(6)));
        static const std::array<std::string, 16> others{"(", ")", "[", "]", "!", "-",  "*", "&&",
                                                        ".", ",", ";", "1", "a", "is", "{", "\\"};
        switch (below(3)) {
            case 0:
                return text.erase(from, piece.size());
            case 1:
                return text.insert(place(text), piece);
            default:
                return text.insert(from, one_of(others));
        }
    }

    std::mt19937_64 random_;
};

}  // namespace edgeward::policy
