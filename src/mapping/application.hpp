#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiled.hpp"
#include "json_tree.hpp"
#include "mapped_message.hpp"
#include "time_reader.hpp"
#include "value_reader.hpp"

namespace edgeward::mapping {

// One message on its way through one mapping. Used once, by one thread.
class Application {
public:
    Application(const CompiledMapping& mapping, const Tree& tree, const model::RawMessage& message,
                const DeviceFacts& device)
        : mapping_(mapping), tree_(tree), message_(message), device_(device) {}

    tl::expected<MappedMessage, MappingFailure> run();

private:
    using Done = tl::expected<void, MappingFailure>;

    // What holds for every value of one element.
    struct Element {
        const Rule& rule;
        Scope scope;
        std::optional<MeasuredTime> time;
        std::size_t report = 0;
        std::optional<std::uint64_t> sequence;
        model::Quality quality = model::Quality::reliable;
        model::Mode mode = model::Mode::production;
    };

    Done check_device() const;
    Done apply_rule(const Rule& rule);
    Done descend(const Rule& rule, std::vector<const Node*>& scope);
    Done apply_element(const Rule& rule, Scope scope);
    Done apply_value(const Element& element, const ValueRule& value);
    Done store(const Element& element, const ValueRule& rule, const Reading& reading, ReadValue&& read);
    void pass_over(const Element& element, const ValueRule& value) const;
    Done refuse_value(const ValueRule& rule, Refusal why);

    tl::expected<const Reading*, MappingFailure> reading_of(const Element& element, const ValueRule& value);
    tl::expected<std::string_view, MappingFailure> unit_of(const Element& element, const ValueRule& value);
    tl::expected<std::size_t, MappingFailure> report_of(const Rule& rule, Scope scope,
                                                        std::optional<std::uint64_t> sequence);
    tl::expected<std::optional<std::uint64_t>, MappingFailure> sequence_of(const Rule& rule,
                                                                           Scope scope) const;
    tl::expected<std::optional<model::PatientIdentifier>, MappingFailure> patient_of(const Rule& rule,
                                                                                     Scope scope) const;
    tl::expected<MeasuredTime, MappingFailure> time_of(const TimeRule& rule, Scope scope) const;
    [[nodiscard]] const Node* find_present(Scope scope, const Path& path) const;
    [[nodiscard]] bool holds(const std::vector<Condition>& conditions, Scope scope) const;
    [[nodiscard]] model::Quality quality_of(const QualityRule& rule, Scope scope) const;
    [[nodiscard]] model::Mode mode_of(const ModeRule& rule, Scope scope) const;

    const CompiledMapping& mapping_;
    const Tree& tree_;
    const model::RawMessage& message_;
    const DeviceFacts& device_;
    std::vector<model::IdentifiedReport> reports_;
    RefusalCounts refused_{};
    std::size_t values_ = 0;
    bool matched_ = false;
};

}  // namespace edgeward::mapping
