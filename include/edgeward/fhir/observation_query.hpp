#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/fhir/served_resource.hpp>

// A search for observations as FHIR R4 writes it (3.1.1), with the parameters of ISiK Vitalparameter 4.0 but
// for combo-code-value-quantity. What is not understood is refused and never left out: a filter that is
// ignored gives more than was asked for. docs/fhir-server.md has the table. Pure. Threads: any.
namespace edgeward::fhir {

// Names and values as the request has them, decoded.
using Parameters = std::vector<std::pair<std::string, std::string>>;

// Whose observations: patient.identifier, or a reference to a Patient of this server.
struct IdentifierOf {
    std::string system;
    std::string value;
};
struct PatientId {
    std::string id;
};
using SearchedPerson = std::variant<IdentifierOf, PatientId>;

// Where a page begins: after `report` of the person's `subject`-th pseudonym; with `skip` in that report,
// after so many of its observations.
struct PageStart {
    std::uint64_t subject = 0;
    std::uint64_t report = 0;
    std::uint64_t skip = 0;
    friend bool operator==(const PageStart&, const PageStart&) = default;
};

class ObservationQuery {
public:
    static constexpr std::size_t usual_count = 50;
    static constexpr std::size_t largest_count = 200;

    // `zone`: of dates without one. invalid_input: a parameter that is not understood, or neither a person
    // nor an _id; the message repeats nothing of the request.
    static Result<ObservationQuery> parse(const Parameters& parameters, std::string_view base,
                                          std::string_view zone);

    [[nodiscard]] const std::optional<SearchedPerson>& person() const noexcept { return person_; }
    [[nodiscard]] const std::vector<std::string>& ids() const noexcept {
        return ids_;
    }  // of _id; any of them
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] const PageStart& start() const noexcept { return start_; }
    // No observation before it can match; nothing: there is no such bound.
    [[nodiscard]] const std::optional<Instant>& earliest() const noexcept { return earliest_; }

    // By everything but the person.
    [[nodiscard]] bool matches(const Served& observation) const;

    // The query of this search as a link has it, about the Patient of that id (empty: of nobody).
    [[nodiscard]] std::string link(std::string_view patient, const std::optional<PageStart>& next) const;

private:
    struct Token {
        std::optional<std::string> system;  // nothing: any; empty: none
        std::string code;                   // empty: any
    };
    enum class Comparison : std::uint8_t { eq, ne, lt, gt, le, ge, sa, eb };
    struct Moment {
        Comparison how = Comparison::eq;
        Instant from{};
        Instant until{};
    };
    enum class Field : std::uint8_t { category, code, combo_code, component_code, status };
    struct TokenFilter {
        Field field = Field::code;
        std::vector<Token> any_of;
    };
    struct Reading;

    Result<void> read(const std::string& name, const std::string& value, const Reading& with);
    Result<void> read_person(const std::string& value, bool by_identifier, const Reading& with);
    Result<void> read_tokens(Field field, const std::string& value);
    Result<void> read_date(std::string_view value, const Reading& with);
    Result<void> read_ids(const std::string& value);
    Result<void> read_count(const std::string& value);
    Result<void> read_page(const std::string& value);
    [[nodiscard]] static bool holds(const Moment& moment, Instant from, Instant until);

    std::optional<SearchedPerson> person_;
    std::vector<std::string> ids_;
    bool by_id_ = false;
    bool nothing_ = false;  // asks for what no observation here has
    std::vector<TokenFilter> tokens_;
    std::vector<Moment> moments_;
    std::optional<Instant> earliest_;
    std::size_t count_ = usual_count;
    PageStart start_;
    Parameters repeated_;  // what a link says again
};

}  // namespace edgeward::fhir
