// What a search costs: an index of made-up products, and questions of one thread, by processor
// time.
//   tw_search_bench [products]
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "lookup/folded_text.h"
#include "lookup/search_index.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::lookup {
namespace {

constexpr std::size_t vocabulary = 4000;
constexpr std::size_t first_rows = 20;  // a page

std::string word(std::size_t number) {
    constexpr std::string_view syllables[] = {
        "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"
    };
    std::string text;
    for (int i = 0; i < 3; ++i, number /= std::size(syllables))
        text += syllables[number % std::size(syllables)];
    return text + (number > 0 ? std::string(1, static_cast<char>('a' + number)) : "");
}

// Few words are in many names, as in a shop's.
std::string name(os::Random& random) {
    std::string text;
    for (int i = 0; i < 5; ++i) {
        const double even = random.uniform();
        text += word(static_cast<std::size_t>(std::pow(even, 3) * vocabulary)) + " ";
    }
    return text;
}

void ask(const SearchIndex& index, const std::string& asked, int times) {
    Question question;
    question.text = asked;
    question.folded = fold(asked);
    question.words = words_of(question.folded);
    std::size_t found = 0;
    const double begin = os::cpu_seconds();
    for (int i = 0; i < times; ++i) found = index.find(question, first_rows).size();
    const double us = (os::cpu_seconds() - begin) / times * 1e6;
    std::cout << "\"" << asked << "\": " << found << " found, " << us << " µs\n";
}

int measure(std::size_t products) {
    os::Random random(7);
    SearchIndex index;
    const double begin = os::cpu_seconds();
    for (std::size_t i = 0; i < products; ++i)
        index.add({std::to_string(10'000 + i) + "A", name(random), "\"quantity\":1"});
    index.end();
    std::cout << products << " products indexed in " << os::cpu_seconds() - begin << " s\n";
    constexpr std::array questions{
        "b",
        "bab",
        "babace",
        "babaceba",
        "cebaba bab",
        "babaceba cebadi babadi",
        "12345A",
        "123",
        "missing"
    };
    for (const char* question : questions) ask(index, question, 200);
    return 0;
}

}  // namespace
}  // namespace tradewind::lookup

int main(int count, char** arguments) {
    const std::size_t products = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 50'000;
    return tradewind::lookup::measure(products);
}
