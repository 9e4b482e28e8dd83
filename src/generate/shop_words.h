// The words of which the shop's products are named.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tradewind::generate {

// Months in which it sells, from January (bit 0).
using MonthMask = std::uint32_t;
constexpr MonthMask all_year = 0xfff;
constexpr MonthMask before_christmas = 0xf00;  // September to December
constexpr MonthMask before_easter = 0x00e;     // February to April
constexpr MonthMask in_the_garden = 0x0fc;     // March to August

struct Pattern {
    std::string_view name;
    MonthMask months = all_year;
};

// `price`: index in the price ladder around which the thing's prices lie.
struct Thing {
    std::string_view name;
    int price = 0;
};

constexpr std::array<Pattern, 60> patterns = {{
    {"RETROSPOT"},
    {"POLKADOT"},
    {"PAISLEY"},
    {"VINTAGE LEAF"},
    {"ENGLISH ROSE"},
    {"WOODLAND"},
    {"SPACEBOY"},
    {"DOLLY GIRL"},
    {"SUKI"},
    {"SKULLS"},
    {"CIRCUS PARADE"},
    {"STRAWBERRY"},
    {"TOADSTOOL"},
    {"REGENCY"},
    {"UNION JACK"},
    {"BAROQUE"},
    {"GINGHAM"},
    {"DAISY"},
    {"BUTTERFLY"},
    {"PEACOCK"},
    {"OWL"},
    {"FAWN"},
    {"SWALLOWS"},
    {"HEART"},
    {"STAR"},
    {"LACE"},
    {"FELTCRAFT"},
    {"PANTRY DESIGN"},
    {"APPLE DESIGN"},
    {"CAKES AND BOWS"},
    {"LOVE BIRD"},
    {"FRENCH BLUE"},
    {"ZINC"},
    {"WICKER"},
    {"RUSTIC"},
    {"SHABBY CHIC"},
    {"VICTORIAN"},
    {"EDWARDIAN"},
    {"MOROCCAN"},
    {"ORIENTAL"},
    {"TROPICAL"},
    {"NAUTICAL"},
    {"ANTIQUE SILVER"},
    {"ANTIQUE GOLD"},
    {"DIAMANTE"},
    {"CRYSTAL"},
    {"ENAMEL"},
    {"BAKELIKE"},
    {"WOVEN"},
    {"BIRDCAGE"},
    {"50'S CHRISTMAS", before_christmas},
    {"SCANDINAVIAN REINDEER", before_christmas},
    {"CHRISTMAS TREE", before_christmas},
    {"GINGERBREAD MAN", before_christmas},
    {"SNOWFLAKE", before_christmas},
    {"ADVENT", before_christmas},
    {"EASTER BUNNY", before_easter},
    {"SPRING DECOUPAGE", before_easter},
    {"GARDENERS", in_the_garden},
    {"PICNIC", in_the_garden},
}};

constexpr std::array<Thing, 84> things = {{
    {"LUNCH BAG", 6},
    {"JUMBO BAG", 10},
    {"CHARLOTTE BAG", 4},
    {"T-LIGHT HOLDER", 5},
    {"LANTERN", 13},
    {"CANDLE", 4},
    {"CAKESTAND 3 TIER", 21},
    {"CAKE CASES", 2},
    {"CAKE TINS", 17},
    {"TEACUP AND SAUCER", 13},
    {"TEA SET", 17},
    {"MUG", 6},
    {"BOWL", 6},
    {"PLATE", 8},
    {"JELLY MOULD", 6},
    {"RECIPE BOX", 12},
    {"BISCUIT TIN", 13},
    {"BREAD BIN", 22},
    {"JAM JAR LABELS", 4},
    {"JAM MAKING SET", 15},
    {"APRON", 15},
    {"OVEN GLOVE", 11},
    {"TEA TOWEL", 12},
    {"NAPKINS", 4},
    {"PAPER CHAIN KIT", 12},
    {"BUNTING", 16},
    {"GARLAND", 9},
    {"WREATH", 12},
    {"GIFT WRAP", 2},
    {"GIFT TAGS", 1},
    {"RIBBONS", 7},
    {"GREETING CARD", 2},
    {"NOTEBOOK", 5},
    {"PENCILS", 4},
    {"RUBBERS", 2},
    {"STICKERS", 3},
    {"PICTURE FRAME", 10},
    {"WALL CLOCK", 19},
    {"ALARM CLOCK", 14},
    {"MIRROR", 18},
    {"DOORMAT", 19},
    {"DOORSTOP", 15},
    {"DOOR SIGN", 7},
    {"METAL SIGN", 8},
    {"COAT HANGER", 8},
    {"HOOK HANGER", 7},
    {"KEY RING", 5},
    {"PURSE", 8},
    {"UMBRELLA", 17},
    {"HOT WATER BOTTLE", 13},
    {"HAND WARMER", 8},
    {"CUSHION COVER", 14},
    {"THROW", 20},
    {"STORAGE BOX", 16},
    {"DRAWER KNOB", 5},
    {"CABINET", 23},
    {"STOOL", 22},
    {"BIRD ORNAMENT", 6},
    {"BIRD HOUSE", 9},
    {"PLANT POT", 7},
    {"WATERING CAN", 13},
    {"WINDMILL", 5},
    {"WIND CHIME", 9},
    {"BELL", 4},
    {"BOTTLE OPENER", 3},
    {"CUTLERY SET", 14},
    {"MEASURING SPOONS", 6},
    {"ROLLING PIN", 9},
    {"MONEY BANK", 7},
    {"JEWELLERY BOX", 16},
    {"NECKLACE", 13},
    {"BRACELET", 10},
    {"HAIR CLIP", 3},
    {"SKIPPING ROPE", 4},
    {"PLAYING CARDS", 5},
    {"DOMINOES", 4},
    {"JIGSAW", 4},
    {"SOFT TOY", 9},
    {"BABUSHKA BOXES", 17},
    {"TISSUES", 0},
    {"PLASTERS IN TIN", 6},
    {"MIRROR BALL", 9},
    {"FAIRY LIGHTS", 15},
    {"SEWING KIT", 9},
}};

constexpr std::array<std::string_view, 16> colours = {
    "RED",
    "PINK",
    "BLUE",
    "GREEN",
    "IVORY",
    "BLACK",
    "CREAM",
    "WHITE",
    "GREY",
    "AMBER",
    "LILAC",
    "GOLD",
    "TURQUOISE",
    "ORANGE",
    "NAVY",
    "CHOCOLATE"
};

// Names as they really are: quotes, commas, two blanks, bytes beyond ASCII. They sell well, so
// that a thousand lines hold some of each.
constexpr std::array<Thing, 14> odd_names = {{
    {"LETTER \"A\" BLING KEY RING", 4},
    {"LETTER \"M\" BLING KEY RING", 4},
    {"RETRO \"TEA FOR ONE\" ", 14},
    {"PINK/WHITE \"KEEP CLEAN\" BULLET BIN", 19},
    {"AIRLINE LOUNGE,METAL SIGN", 9},
    {"HOOK, 1 HANGER ,MAGIC GARDEN", 3},
    {"BREAD BIN, DINER STYLE, IVORY", 22},
    {"SET 3 RETROSPOT TEA,COFFEE,SUGAR", 15},
    {"LUNCH BAG  BLACK SKULL.", 6},
    {"Gift Voucher \xC2\xA3"
     "20.00",
     24},
    {"MONEY BOX \"SAVE A \xC2\xA3\"", 7},
    {"CAF\xC3\x89 AU LAIT BOWL, CREAM", 9},
    {"BAG 250g SWIRLY MARBLES", 4},
    {" POLYESTER FILLER PAD 40x40cm", 6},
}};

// What staff write when they correct the stock; they become descriptions of whatever code it was.
constexpr std::array<std::string_view, 12> stock_remarks = {
    "check",
    "check",
    "check",
    "damages",
    "damaged",
    "?",
    "found",
    "adjustment",
    "thrown away",
    "Damaged",
    "wet damaged",
    "sold as set on dotcom"
};

// Mills (thousandths of a pound).
constexpr std::array<std::int64_t, 26> price_ladder = {290,  390,   420,   550,   650,  850,  1250,
                                                       1450, 1650,  1950,  2100,  2550, 2950, 3750,
                                                       4250, 4950,  5450,  5950,  6750, 7950, 8500,
                                                       9950, 12750, 16950, 24950, 39950};

}  // namespace tradewind::generate
