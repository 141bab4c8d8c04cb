#include "bounds.hpp"

#include <edgeward/coding/units.hpp>

namespace edgeward::alarm {

bool is_out_of_bounds(const Limits& limits, double value, bool already) {
    const double inside = already ? limits.hysteresis : 0;
    return (limits.below && value < *limits.below + inside) ||
           (limits.above && value > *limits.above - inside);
}

bool has_moved_too_far(const Limits& limits, double rise, double fall, bool already) {
    const double inside = already ? limits.hysteresis : 0;
    return (limits.above && rise >= *limits.above - inside) ||
           (limits.below && fall >= *limits.below - inside);
}

tl::expected<double, const char*> number_of(const model::Observation& observation,
                                            const Condition& condition) {
    if (observation.quality == model::Quality::invalid) return tl::unexpected<const char*>("invalid");
    if (observation.mode != model::Mode::production) return tl::unexpected<const char*>("mode");
    const auto* quantity = std::get_if<model::Quantity>(&observation.value);
    if (quantity == nullptr) return tl::unexpected<const char*>("not_a_number");
    if (!quantity->comparator.empty()) return tl::unexpected<const char*>("comparator");
    double value = quantity->value.approximate();
    if (quantity->ucum != condition.ucum) {
        const auto conversion = coding::conversion(quantity->ucum, condition.ucum);
        if (!conversion) return tl::unexpected<const char*>("unit");
        if (!conversion->identity)
            value = value * conversion->factor.approximate() + conversion->offset.approximate();
    }
    if ((condition.least_plausible && value < *condition.least_plausible) ||
        (condition.most_plausible && value > *condition.most_plausible))
        return tl::unexpected<const char*>("implausible");
    return value;
}

}  // namespace edgeward::alarm
